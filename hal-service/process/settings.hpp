// SPDX-License-Identifier: Apache-2.0
#pragma once
// The configuration file as a struct. All three programs read the same file and check all of it, so
// that an unknown key or a wrong value is an error in each; each uses the sections that concern it.
// The sections that only the daemon reads are described in daemon/settings.

#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/result.hpp"
#include "hal-service/shared/units.hpp"
#include "hal-service/shared/value_type.hpp"

#include <any>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace process {

enum class BoardKind { Simulator, Linux };
constexpr auto names(BoardKind) { return std::array{"simulator", "linux"}; }

inline std::string beside(const std::string& socket, std::string_view addition) {
    constexpr std::string_view ending = ".sock";
    const auto stem = socket.size() - (socket.ends_with(ending) ? ending.size() : 0);
    return socket.substr(0, stem) + std::string(addition) + std::string(ending);
}

enum class LogFormat { Auto, Journald, Text };
constexpr auto names(LogFormat) { return std::array{"auto", "journald", "text"}; }

struct HalSettings {
    BoardKind backend = BoardKind::Simulator;
    std::string board;  // the board file; "" = the reference board's values
    std::string socket = "/run/chargepoint/hal.sock";
    std::string service_socket;  // "" = beside `socket`, with "-service" before its ".sock"
    std::chrono::seconds lease{5};
    units::Milliamps fallback_current = units::least_offer;  // 0 = stop at once
    std::chrono::seconds fallback_time{60};

    std::string service_socket_path() const {
        return service_socket.empty() ? beside(socket, "-service") : service_socket;
    }
};

struct SimulatorSettings {
    std::string socket = "/run/chargepoint/simulator.sock";
    int speed = 1;  // simulated seconds of EV battery and heat per second
};

struct LogSettings {
    std::string level = "info";  // "debug", or by component: "ocpp=debug,hal=warn,*=info"
    LogFormat format = LogFormat::Auto;
};

// A value under [ocpp] as it goes over the wire; judged by the daemon, which knows the keys.
struct OcppDefault {
    std::string value;  // as on the wire
    shared::ValueType type = shared::ValueType::Text;
    std::string where;  // "chargepoint.toml:12", for messages
};

// Says where each value came from, by "section.key": "/etc/chargepoint/chargepoint.toml:12" or
// "--set". A key that is not in it has its default.
using Origins = std::map<std::string, std::string>;

// The sections [hal], [simulator], [storage], [log] and [[connector]], which the hardware process
// reads, and [ocpp], which is passed on as it stands.
struct Settings {
    HalSettings hal;
    SimulatorSettings simulator;
    std::string storage_directory = "/var/lib/chargepoint";
    // Has another text after each boot of the machine.
    std::string boot_id_file = "/proc/sys/kernel/random/boot_id";
    LogSettings log;
    std::map<std::string, OcppDefault> ocpp;
    std::vector<hal::ConnectorInfo> connectors = {
        {1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}},
        {2, hal::ConnectorType::Schuko, 1, units::Milliamps{10'000}},
    };
    Origins origins;
    // All other sections, in a struct of the program that reads them; see Sections::others.
    std::any others;
};

}  // namespace process
