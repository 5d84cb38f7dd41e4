// SPDX-License-Identifier: Apache-2.0
#pragma once
// Carries out the commands of chargepointctl. Each function returns the exit code.

#include "hal-service/process/settings.hpp"

#include <string>
#include <vector>

namespace charge_daemon::ctl {

struct Destination {
    std::string socket;
    bool json = false;  // prints answers unchanged, for scripts
};

int status(const Destination& destination, bool watch);
int events(const Destination& destination);
int limits(const Destination& destination);
int network(const Destination& destination);
int factory_reset(const Destination& destination);
int security_profile(const Destination& destination, int profile);
int link(const Destination& destination, const std::string& state);
int get_configuration(const Destination& destination, const std::vector<std::string>& keys);
int set_configuration(const Destination& destination, const std::string& key,
                      const std::string& value);
int certificates(const Destination& destination);
// The type is spelt as in InstallCertificate; the file is PEM.
int install_certificate(const Destination& destination, const std::string& type,
                        const std::string& file);
int delete_certificate(const Destination& destination, int number);
int security_log(const Destination& destination);
int transactions(const Destination& destination, int limit);
struct HardwareFlags {
    bool watch = false;
    bool stats = false;
    bool all = false;
};
// The words are a command of the hardware process and its key=value pairs; none: its readings.
int hardware(const Destination& destination, std::vector<std::string> words,
             const HardwareFlags& flags);
int simulate(const Destination& destination, const std::vector<std::string>& words);

}  // namespace charge_daemon::ctl
