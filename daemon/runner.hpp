// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one loop of the daemon: event, step, commit, act, alarm. Nothing leaves the charge point
// before the state that it rests on is committed, and the hardware and the watchdog are told
// nothing but after a step that returned.

#include "daemon/client_files.hpp"
#include "daemon/control/control_socket.hpp"
#include "daemon/host/event_loop.hpp"
#include "daemon/host/journal.hpp"
#include "daemon/host/keeper.hpp"
#include "daemon/host/lived_time.hpp"
#include "daemon/host/log_tap.hpp"
#include "daemon/keys/key_maker.hpp"
#include "daemon/link/central_link.hpp"
#include "daemon/link/hal_link.hpp"
#include "daemon/link/trust_files.hpp"
#include "daemon/network/network_manager.hpp"
#include "daemon/settings/settings.hpp"
#include "ocpp/charge_point.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace charge_daemon {

enum class Ending { Stopped, SoftRestart, HardRestart };

class Runner {
public:
    // `authorization_key` is that of the configuration file, as hex digits; "" = none; and so is
    // `own`.
    Runner(EventLoop& loop, const process::Settings& settings, std::string authorization_key,
           ClientFiles own);
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    void start();
    // Flushes the store and closes the connections; then the loop ends.
    void stop();
    Ending ending() const { return ending_; }
    // True while another thread looks up a name; the end of the process must not wait for it.
    bool resolving() const { return central_ && central_->resolving(); }
    int reset_retries() const { return point_.reset_retries(); }
    // Called after the end, so that the central system hears of it at the next start.
    void reset_failed(const std::string& why);

private:
    ocpp::core::Now now() const;
    // Lets the charge point's clock stand still for as long as it was kept waiting since `due`.
    void go_on(SteadyClock::time_point due);
    // Returns the outcome's answer, which KeyWritten and FactoryResetAsked have.
    std::string handle(const ocpp::core::Event& event);
    void act(const ocpp::core::Outcome& outcome, SteadyClock::time_point now);
    void restart_network() const;
    // Tells the link which roots are believed.
    void follow_roots();
    // Tells the link the time by which it judges certificates, when that has changed.
    void follow_time();
    void make_key(const ocpp::core::MakeKey& wish);
    void key_made(KeyMaking made);
    // Keeps the key of the configuration file, if the charge point needs it.
    void import_key();
    // Removes the keys that the charge point does not need any more since this step.
    void remove_keys(const ocpp::core::Outcome& outcome);
    void renew(SteadyClock::time_point now);
    void arm(SteadyClock::time_point now);
    void woken();
    void judge_room(SteadyClock::time_point now);
    void finish();

    struct Requests;  // a function for each verb of chargepointctl
    shared::Json answer(const shared::Asked& asked, shared::Access granted);
    shared::Json status() const;
    shared::Json link_status() const;
    // The answer to a DataTransfer that the charge point cannot give by itself.
    shared::Json vendor_answer(std::string_view what) const;
    shared::Json network() const;

    EventLoop& loop_;
    Settings settings_;
    std::string storage_directory_;
    ControlSocket control_;
    Journal journal_;
    Keeper keeper_;
    ocpp::ChargePoint point_;
    HalLink hal_;
    NetworkManager network_manager_;
    KeyFolder keys_;
    KeyMaker key_maker_;
    std::optional<PrivateKey> given_key_;             // of the configuration file, up to the start
    std::optional<std::set<std::string>> kept_keys_;  // no others are in the folder
    std::optional<CentralLink> central_;              // none: stand-alone
    std::vector<ocpp::security::Certificate> machine_roots_;  // when they count
    Trust trust_;
    SteadyClock::duration machine_{};  // the machine's UTC minus its steady clock
    Alarm alarm_;
    LogTap log_tap_;
    ocpp::core::Deadline wake_at_;
    SteadyClock::time_point armed_for_ = SteadyClock::time_point::max();
    LivedTime lived_{SteadyClock::now()};
    SteadyClock::time_point renewed_;  // the setpoints
    SteadyClock::time_point fed_;      // the watchdog
    SteadyClock::time_point started_;
    std::chrono::microseconds watchdog_;
    SteadyClock::time_point room_due_{};
    std::optional<bool> room_was_exhausted_;
    Ending ending_ = Ending::Stopped;
    bool stepping_ = false;
    bool stopping_ = false;
    bool finished_ = false;
};

}  // namespace charge_daemon
