// SPDX-License-Identifier: Apache-2.0
#pragma once
// The central system of every measurement: it accepts whatever the charge point says.

#include "tests/bench/websocket.hpp"

#include <string>

namespace bench {

bool is_call(const std::string& text);
// The n-th quoted text of a frame: 0 is its id, 1 the action of a call.
std::string quoted(const std::string& text, std::size_t number);
// The next frame; throws when the charge point has closed the connection.
std::string received(Connection& connection);
// Answers a call of the charge point; gives its action.
std::string answer(Connection& connection, const std::string& call);
// Sends a call and gives its answer; calls of the charge point are answered in between.
std::string call(Connection& connection, const std::string& action, const std::string& payload);
// Serves until nothing has come for so long.
void serve_until_quiet(Connection& connection, int quiet_ms);

// A configuration of chargepointd with everything of its own in `folder`; `more` are its last
// lines, in the table [ocpp]. Gives the file's path.
std::string write_configuration(const std::string& folder, int port, const std::string& more = "");

}  // namespace bench
