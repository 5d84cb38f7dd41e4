// SPDX-License-Identifier: Apache-2.0
#pragma once
// What chargepointctl does for each of its commands. Each returns the exit code.

#include "hal-service/process/settings.hpp"

#include <string>
#include <vector>

namespace charge_daemon::ctl {

struct Place {
    std::string socket;
    bool json = false;  // answers as they are, for scripts
};

int status(const Place& place, bool watch);
int events(const Place& place);
int limits(const Place& place);
int factory_reset(const Place& place);
int link(const Place& place, const std::string& state);
int get_configuration(const Place& place, const std::vector<std::string>& keys);
int set_configuration(const Place& place, const std::string& key, const std::string& value);
int transactions(const Place& place, int limit);
struct HardwareFlags {
    bool watch = false;
    bool stats = false;
    bool all = false;
};
// The words are a command of the hardware process and its key=value pairs; none: its readings.
int hardware(const Place& place, std::vector<std::string> words, const HardwareFlags& flags);
int simulate(const Place& place, const std::vector<std::string>& words);

}  // namespace charge_daemon::ctl
