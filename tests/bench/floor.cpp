// SPDX-License-Identifier: Apache-2.0
// The empty client: connects, says one BootNotification and answers every call with the same
// bytes. What it reaches is the floor of the machine, to which the other figures are compared.

#include "tests/bench/websocket.hpp"

#include <cstdlib>
#include <string>

int main(int count, char** arguments) {
    if (count != 2) return 64;
    auto connection = bench::connect_to(std::atoi(arguments[1]));
    connection.request_upgrade("/ocpp/FLOOR");
    connection.send(
        R"([2,"1","BootNotification",{"chargePointVendor":"x","chargePointModel":"y"}])");
    while (const auto text = connection.receive()) {
        if (text->rfind("[2,", 0) != 0) continue;
        const std::size_t start = text->find('"');
        const std::size_t end = text->find('"', start + 1);
        connection.send(
            "[3," + text->substr(start, end - start + 1) +
            R"(,{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"}]}])");
    }
}
