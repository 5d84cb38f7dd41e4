// SPDX-License-Identifier: Apache-2.0
#pragma once
// Carries out what the charge point wishes of the Wi-Fi, by NetworkManager, and tells what it sees.
// A thin edge: next_step() decides. NetworkManager and the bus may come and go, be silent or
// refuse; each of that is told by name.

#include "daemon/host/event_loop.hpp"
#include "daemon/network/objects.hpp"
#include "hal-service/shared/json.hpp"
#include "ocpp/core/note.hpp"
#include "ocpp/core/step.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace charge_daemon {

class NetworkManager {
public:
    struct Sinks {
        std::function<void(ocpp::core::Event)> event;  // WifiSeen, WifiFailed
        std::function<void(ocpp::core::Note)> note;
    };

    NetworkManager(EventLoop& loop, Sinks sinks);
    NetworkManager(const NetworkManager&) = delete;
    NetworkManager& operator=(const NetworkManager&) = delete;

    // Looks for a bus, in a later turn of the loop.
    void start();
    // The profiles that shall exist. It never calls a sink.
    void follow(ocpp::core::WifiWish wish);

    // The interfaces that NetworkManager knows, as it was last seen:
    // [{"name":"wlan0","kind":"wifi","up":true,"ssid":"home","signal":70}]; signal in percent.
    shared::Json interfaces() const;

private:
    using Answer = std::function<void(sd_bus_message* answer)>;
    using Refusal = std::function<void(const Bus::Error& error)>;

    void look();
    bool connect();
    void lose(const std::string& problem);
    void look_soon();
    void begin_anew();
    void state_changed(sd_bus_message* signal);
    // Sends a call; `refused` is for errors of NetworkManager about this call alone.
    void ask(Bus::Message call, const Answer& answered, const Refusal& refused);
    Bus::Message call_of(const char* path, const char* interface, const char* method) const;
    void ask_permissions();
    void ask_objects();
    void take(NetworkObjects objects);
    void ask_profile(int slot);
    void decide();
    void carry_out(const WifiStep& step);
    void done(const WifiStep& step);
    void refused(const WifiStep& step, const Bus::Error& error);
    void judge_attempt();
    void rest();
    void tell(ocpp::core::WifiSeen seen);
    void tell_failure(int slot, std::string why);

    EventLoop& loop_;
    Sinks sinks_;
    std::unique_ptr<Bus> bus_;
    Alarm alarm_;    // of the next look
    Alarm silence_;  // an answer takes too long, whoever owes it
    ocpp::core::WifiWish wish_;
    NetworkObjects objects_;
    WifiSituation situation_;
    std::optional<std::string> refusal_;  // polkit's, "" = it permits; none: not asked yet
    bool looking_ = false;                // answers are on their way
    bool look_again_ = false;
    bool soon_ = false;                      // the next look is near already
    bool unsettled_ = true;                  // our profiles may not be as they are wished
    int steps_ = 0;                          // of this look
    int attempt_ = 0;                        // the slot of the candidate that is being connected
    SteadyClock::time_point attempt_due_{};  // not before then
    std::uint32_t reason_ = 0;               // of the last failure of the device
    std::optional<ocpp::core::WifiSeen> told_;
};

}  // namespace charge_daemon
