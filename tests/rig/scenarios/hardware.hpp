// SPDX-License-Identifier: Apache-2.0
#pragma once
// The daemon's place at the hardware process: wishes that are renewed, readings that are kept.

#include "hal-service/shared/messages.hpp"
#include "tests/rig/scenarios/stage.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace rig {

class Hardware {
public:
    explicit Hardware(const std::string& socket);

    // Holds, and is said again every second, until another one.
    void wish(const hal::Setpoint& setpoint);
    void allow(units::Milliamps limit, int phases = 3, int connector = 1);
    void forbid(int connector = 1);
    void fall_silent() { silent_ = true; }
    void order_restart();

    // Reads and renews until it is so; false: not in time.
    bool wait(const std::function<bool()>& condition, Duration patience);
    // Like wait(), but the scenario has failed when it is not in time.
    void await(const std::string& what, const std::function<bool()>& condition, Duration patience);
    void pass(Duration time);
    // True: the hardware process closes the connection within that time.
    bool ends(Duration patience);

    const hal::Reading& reading(int connector = 1);
    bool has(hal::FaultCode code, int connector = 1);
    bool charging(int connector = 1);
    const std::vector<std::string>& tags() const { return tags_; }
    const std::string& instance() const { return instance_; }

    // The discrete states of connector 1 one after the other, in words.
    const std::vector<std::string>& story() const { return story_; }
    void forget_story() { story_.clear(); }
    std::string describe(int connector = 1);

private:
    void pump(Duration patience);
    void take(const std::string& line);
    void renew();

    Connection connection_;
    std::map<int, hal::Setpoint> wishes_;
    std::map<int, hal::Reading> readings_;
    std::vector<std::string> tags_;
    std::vector<std::string> story_;
    std::string instance_;
    Duration renewed_{0};
    bool silent_ = false;
};

}  // namespace rig
