// SPDX-License-Identifier: Apache-2.0
#pragma once
// A charge point in a world of its own time: outlets with vehicles, a central system, a store.
// Scenarios read like the conversation they test:
//
//     w.plug(1).says({"StatusNotification 1 Preparing"});
//
// and each can be run again with a disturbance at any of its steps. A disturbed run says other
// things, so that says() is silent then; what must hold all the same is the auditor's to judge.

#include "daemon/host/lived_time.hpp"
#include "ocpp/charge_point.hpp"
#include "tests/support/archive.hpp"
#include "tests/support/auditor.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/copied.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace test {

using Lines = std::vector<std::string>;
using std::chrono::seconds;

enum class Disturbance {
    None,
    LinkCut,      // the link is gone for a while after the step
    StepOffline,  // the link is gone during the step
    AnswerLost,   // the connection breaks after the central system has heard a call, before it
                  // answers
    Restart,      // the program is killed after the step and starts again; the hardware goes on
    PowerCut,     // everything is killed after the step and starts again
    DiskFails,    // nothing can be written during the step and for a while
    // The central system treats every call during the step in this way ...
    CallError,     // refuses it
    NoFrame,       // answers what is no frame
    WrongPayload,  // answers what nobody can read
    WrongId,       // answers what nobody has asked
    Silence,       // hears it, and says nothing
    // ... and from the step on until all is said.
    CallErrors,
    Garbage,  // one kind after the other
    Silences
};

struct Outlet {
    bool plugged = false;
    bool cable = false;  // the charge point end is in the socket
    bool locked = false;
    bool jammed = false;  // the lock does not move any more
    bool wants = true;    // the vehicle closes S2 when current is offered
    std::int64_t plug_count = 0;
    bool closed = false;
    bool offered = false;  // current, to the vehicle
    bool faulted = false;
    std::int64_t milliwatt_seconds = 0;
    hal::Setpoint setpoint;
    std::map<std::string, units::Milliamps> bounds;  // current it may be offered, by who says so
    bool reading_due = false;
};

class World {
public:
    struct Options {
        std::vector<hal::ConnectorInfo> connectors = {
            {1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}},
            {2, hal::ConnectorType::Schuko, 1, units::Milliamps{10'000}}};
        std::map<std::string, std::string> keys = {{"MeterValueSampleInterval", "0"},
                                                   {"HeartbeatInterval", "86400"}};
        int security_profile = 0;
        std::string authorization_key = {};  // hex digits
        std::string serial_number = "CP0001";
        bool trust_system_roots = false;
        // Transactions that go on without their vehicle are ended remotely when all is said.
        bool outlives_vehicle = false;
        Disturbance disturbance = Disturbance::None;
        int at_step = -1;
        seconds reading_period{2};  // between those of the hardware
        // How late the charge point wakes up when nothing else happens.
        std::chrono::milliseconds oversleeps{0};
        // The machine's clock begins in 1970 with each boot.
        bool forgets_time = false;
        // PEM, from the configuration file.
        std::string central_system_roots = {};
        std::string manufacturer_roots = {};
        std::string client_certificate = {};  // its key is one of those that are made below
        // Where the charge point keeps what it must not lose; in memory when not given.
        std::function<std::unique_ptr<Archive>()> archive = {};
        // Looks at the world after each step, and may do what it likes in further steps. The
        // scenario's expectations are silent then, as in a disturbed run.
        std::function<void(World&)> after_step = {};
    };

    World() : World(Options{}) {}
    explicit World(Options options);

    // --- what people and the central system do; each is a step
    World& boot();  // starts, connects, is accepted
    World& start();
    World& connect();
    World& disconnect();
    World& plug(int connector);
    World& unplug(int connector);  // the vehicle's end of a locked cable
    World& unplug_vehicle(int connector);
    World& jam_lock(int connector, bool on);
    World& tag(const std::string& id_tag);
    World& vehicle_wants(int connector, bool wants);
    World& fault(int connector, bool on);
    World& tamper(bool open);  // of the enclosure
    World& mains(bool on);
    World& button(bool held);
    World& factory_reset();  // by chargepointctl
    // A request of chargepointctl, and its answer.
    std::string asked(const ocpp::core::Event& request);
    World& weld_check(int connector, bool detected);
    World& log(const Lines& lines);  // our own, as far as they are wanted
    World& wait(std::chrono::milliseconds time);
    // Until just after the next of its deadlines that comes due, or for so long.
    World& wait_for_deadline(seconds at_most);
    World& restart();
    World& restart_orderly();  // the program is asked to stop, and starts again
    World& crash();        // both processes are killed and start again, and the mains were there
    World& restart_all();  // both processes are asked to stop, and start again
    World& hal_restart();  // the vehicle stays, and the session goes on
    World& power_cut(seconds dark = seconds{0});
    // The machine's clock, which is not the time of the world, from now on.
    World& set_machine_clock(ocpp::core::Instant clock);
    World& security_profile(int profile);  // by chargepointctl
    // Somebody edits the configuration file, which is read at the next start.
    World& file_says_profile(int profile);
    World& set_key(const std::string& key, const std::string& value);
    // A call of the central system; the answer's payload, or the code of the CALLERROR as a string.
    shared::Json call(const std::string& action, const shared::Json& payload);
    World& raw(const std::string& text);

    // --- how the central system answers
    std::map<std::string, shared::Json> id_tag_info;  // by tag; others are accepted
    std::string registration = "Accepted";
    int interval = 86400;
    std::set<std::string> silent;                    // actions that get no answer
    std::map<std::string, std::string> call_errors;  // action -> code
    // The treatment of one call, instead of all of these.
    struct Manner {
        enum class Kind { Answers, Refuses, Babbles, IsSilent, Breaks } kind = Kind::Answers;
        std::string code = "InternalError";  // of the CALLERROR
        seconds after{0};
        int close_code = 0;
    };
    std::function<Manner(const shared::Json& call)> manner;
    // Why the central system takes no connection that is dialled with these settings.
    std::function<std::optional<ocpp::core::DialFailed>(const ocpp::core::LinkSettings&)> door;
    bool closes_slowly = false;  // a link that is to be built anew goes on meanwhile
    std::string anchor;  // the root that verifies the central system, from the next connection on
    // The end of the certificates by which it is verified, from the next connection on.
    std::optional<ocpp::core::Instant> proven_until;
    seconds reconnects{10};  // so long after the connection broke, or was not taken
    // Private keys that the edge has on its disk, by id. That of the request "CSR 7" is the key
    // certificates::Key{"P-256", 7}.
    std::set<std::string> private_keys;
    std::string key_failure;         // why no key can be made, if not
    bool makes_keys_slowly = false;  // not before this is false again
    hal::Panel panel;                // as the charge point wishes it
    ocpp::core::WifiWish wifi;       // likewise, the profiles that the machine keeps
    std::function<std::string(const std::string& action)> garbage;  // payload instead of the answer

    // --- what was said since the last look, as lines
    Lines said();
    World& says(const Lines& expected);
    World& quiet() { return says({}); }
    World& power(int connector, bool expected);
    World& offers(int connector, std::int64_t milliamps);
    // Current that all outlets together may be offered, and draw, at any moment.
    units::Milliamps supply{32'000};
    // Carries three outlets with a fuse of 16 A each. The supply of a charge point is at most the
    // rating of its largest outlet, so that their rating must be this.
    static constexpr units::Milliamps ample_supply{63'000};
    const std::vector<std::string>& raw_frames() const { return raw_frames_; }
    const std::vector<shared::Json>& calls() const { return calls_; }

    // Drops everything said so far, for worlds that live long.
    void forget();

    bool linked() const { return link_; }
    bool disturbed() const {
        return options_.disturbance != Disturbance::None || options_.after_step;
    }
    int steps() const { return step_; }
    bool started() const { return started_; }
    // The central system does what a good one does.
    bool answers_well() const;
    const std::vector<hal::ConnectorInfo>& connectors() const { return options_.connectors; }
    std::uint64_t wakes() const { return wakes_; }  // for something that was due
    // True when the store has everything that is known.
    bool store_is_whole();
    int network_restarts() const { return network_restarts_; }
    bool restarted() const { return restart_.has_value(); }
    std::optional<ocpp::core::RestartKind> restart_wish() const { return restart_; }
    Outlet& outlet(int connector) { return outlets_[static_cast<std::size_t>(connector) - 1]; }
    const Outlet& outlet(int connector) const {
        return outlets_[static_cast<std::size_t>(connector) - 1];
    }
    std::int64_t energy_wh(int connector) {
        return outlet(connector).milliwatt_seconds / 3'600'000;
    }
    std::int32_t last_transaction() const { return next_transaction_ - 1; }
    Archive& store() { return *store_; }
    const Auditor& auditor() const { return auditor_; }
    const ocpp::core::Now& now() const { return now_; }
    ocpp::core::Now machine() const;  // the time as the charge point is told it
    ocpp::ChargePoint& point() { return *point_; }
    const ocpp::ChargePoint& point() const { return *point_; }
    // Until it wants to be woken.
    std::chrono::milliseconds until_deadline() const {
        return std::chrono::floor<std::chrono::milliseconds>(wake_at_.value_or(machine().steady) -
                                                             machine().steady);
    }
    shared::Json overview() const { return point_->overview(machine()); }

    // Brings the world to rest: link up, nothing plugged, everything delivered.
    World& settle(seconds time = seconds{600});
    // Every transaction was reported exactly once, in order, with true values.
    void check_books();
    // Complaints that need no end, and come as soon as there is something to complain about.
    Lines complaints() const;

private:
    void create();
    void take(const ocpp::core::Event& event);
    void pump();
    // Or until it was woken more often than `wakes`.
    void move_to(std::chrono::steady_clock::time_point when, std::uint64_t wakes = ~0ULL);
    std::chrono::steady_clock::time_point next_moment(
        std::chrono::steady_clock::time_point end) const;
    // Time passes for everything but the charge point.
    void pass(std::chrono::steady_clock::duration time);
    bool operate();
    bool make_key();
    void look_after_keys(bool at_start);
    void send_reading(int connector);
    void hear(const std::string& text);
    shared::Json answer(const std::string& action, const shared::Json& payload);
    std::string reply_to(const shared::Json& call);
    void behave(const Manner& how, const shared::Json& call);
    void catch_up();
    std::int32_t transaction_of(const shared::Json& start);
    void disturb(Disturbance what, bool was_up);
    void unless_power_goes(const std::function<void()>& action);
    void raise_link();
    void drop_link(int close_code = 0);
    void show_meters();
    Auditor::Time utc_ms() const;
    void set_behind(ocpp::core::Instant clock);
    // As the runner does, after the disk has kept it waiting.
    void go_on(std::chrono::steady_clock::duration waited);
    World& step(const std::function<void()>& action);
    // How everything ends that starts again.
    struct Ending {
        bool hardware_too = false;
        bool asked = false;
        bool power_gone = false;
    };
    static constexpr Ending power_gone{.hardware_too = true, .asked = false, .power_gone = true};
    void reboot(Ending ending, seconds dark = seconds{0});

    Options options_;
    Copied<Archive> store_;
    Auditor auditor_;
    Copied<ocpp::ChargePoint> point_;
    ocpp::core::Now now_{std::chrono::steady_clock::time_point{seconds{1'000}}, {}};
    charge_daemon::LivedTime lived_{now_.steady};
    // The machine's clock. Nanoseconds would not hold the difference between its ends.
    std::chrono::milliseconds behind_{};
    ocpp::core::Deadline wake_at_;
    std::vector<Outlet> outlets_;
    int hal_instance_ = 1;
    int boot_ = 1;  // counts the boots of the machine
    int run_ = 0;
    bool link_ = false;
    bool started_ = false;
    bool mains_ = true;
    bool button_ = false;
    bool tampered_ = false;
    bool lose_next_answer_ = false;
    struct Later {
        std::chrono::steady_clock::time_point at;
        Manner how;
        shared::Json call;
    };
    std::vector<Later> later_;
    ocpp::core::Deadline reconnect_at_;
    // As it was told last, and is told a charge point that starts.
    std::optional<ocpp::core::WifiSeen> wifi_seen_;
    Disturbance mishap_ = Disturbance::None;  // how the central system's answers go wrong
    int garbled_ = 0;
    std::chrono::steady_clock::time_point last_readings_;
    std::deque<std::string> to_central_system_;
    std::vector<std::string> raw_frames_;
    std::vector<shared::Json> calls_;
    Lines lines_;
    std::map<std::string, shared::Json> results_;
    std::deque<std::pair<shared::Json, std::int32_t>> given_;  // transactionIds, the newest first
    std::vector<std::string> problems_;
    std::optional<ocpp::core::RestartKind> restart_;
    bool reconnect_due_ = false;
    bool key_wanted_ = false;
    int next_key_ = 101;
    int network_restarts_ = 0;
    std::string answer_;  // of the last step
    std::string identity_;
    int profile_ = 0;  // in the last step
    bool restart_due_ = false;
    std::int32_t next_transaction_ = 1001;
    int next_call_ = 1;
    int step_ = 0;
    bool between_steps_ = false;  // after_step is at work
    std::uint64_t wakes_ = 0;
};

// As said() has it.
std::string line_of(const shared::Json& call);

inline World::Options with_socket() {
    return {.connectors = {{1, hal::ConnectorType::Type2Socket, 3, units::Milliamps{32'000}}}};
}

using Scenario = std::function<void(World&)>;

// All scenarios of this test program, for the replays.
std::map<std::string, std::pair<World::Options, Scenario>>& scenarios();

struct Registered {
    Registered(const std::string& name, World::Options options, Scenario scenario) {
        scenarios().emplace(name, std::pair{std::move(options), std::move(scenario)});
    }
};

#define WORLD_JOIN2(a, b) a##b
#define WORLD_JOIN(a, b) WORLD_JOIN2(a, b)
// A scenario with default options; the body uses the world `w`.
#define SCENARIO_IN_WORLD(name) SCENARIO_IN_WORLD_WITH(name, test::World::Options{})
#define SCENARIO_IN_WORLD_WITH(name, ...)                            \
    static void WORLD_JOIN(scenario_, __LINE__)(test::World & w);    \
    static const test::Registered WORLD_JOIN(registered_, __LINE__){ \
        name, __VA_ARGS__, WORLD_JOIN(scenario_, __LINE__)};         \
    TEST_CASE(name) {                                                \
        test::World world{__VA_ARGS__};                              \
        WORLD_JOIN(scenario_, __LINE__)(world);                      \
        world.settle().check_books();                                \
    }                                                                \
    static void WORLD_JOIN(scenario_, __LINE__)(test::World & w)

}  // namespace test
