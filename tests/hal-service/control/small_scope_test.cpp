// SPDX-License-Identifier: Apache-2.0
// Every sequence of a few events at the wires of one controller, through its auditor: see
// tests/support/small_scope.hpp.

#include "tests/support/small_scope.hpp"
#include "tests/hal-service/control/controller_auditor.hpp"

#include <optional>
#include <type_traits>

namespace hal_small_scope_test {

namespace {

using namespace hal;
using test::Complaints;
using wires::Wires;
using namespace std::chrono_literals;

// Enough for what is filtered to count, and too short for most reactions.
constexpr Moment at_once = 4 * timing::tick;
// Within it all that must happen soon has happened.
constexpr Moment aftermath = 150ms;
// A deadline that is further away is that of a pause; sequences at rest wait for those.
constexpr Moment in_sight = 8s;
// The end of one test of the monitor, another one, and that it is at rest.
constexpr Moment tested_within = 2 * timing::monitor_check_over + timing::residual_at_rest;
// Pauses of protection, and what a sequence takes.
constexpr Moment served_within = 120s;
// A residual current opens within 20 ms: the filter, and the tick of the switching.
constexpr Moment residual_opens = 20ms;

constexpr units::MilliCelsius mild{25'000}, hot{95'000}, too_hot{110'000};

// Disturbances of the inputs, each until it is gone.
struct Disturbed {
    bool mains = false;
    bool residual_ac = false;
    bool residual_dc = false;
    bool weld = false;
    bool temperature_lost = false;
    bool meter = false;
    units::MilliCelsius temperature = mild;

    void apply(Inputs& in) const {
        if (mains) {
            in.power_good = false;
            in.meter.voltage.fill({0});
            in.meter.current.fill({0});
            in.load_voltage.fill({0});
        }
        in.residual.ac = in.residual.ac || residual_ac;
        in.residual.dc = in.residual.dc || residual_dc;
        if (weld) {
            in.k1_feedback = true;
            in.load_voltage[0] = in.meter.voltage[0];
        }
        in.lost_temperature = temperature_lost;
        if (!temperature_lost) in.outlet_temperature = temperature;
        if (meter) in.meter.valid = false;
    }
};

process::OutletSettings settings() {
    process::OutletSettings board;
    board.phase_change = {2s, 60};
    return board;
}

class Trial {
public:
    using Event = test::ScopeEvent<Trial>;

    explicit Trial(ConnectorType type)
        : type_(type), wires_(std::in_place, type, settings()), auditor_(type, settings()) {
        disturb();
        permit();
        run(2s);  // the monitor has been tested
    }

    Trial& charging() {
        wires_->plugged = true;
        tick_until([this] { return wires_->outputs().k1; }, served_within);
        run(1s);
        return *this;
    }

    static const std::vector<Event> table;
    void take(std::size_t event) {
        table[event].take(*this);
        disturb();
        run(at_once);
    }
    void end() { run(aftermath); }
    bool later() {
        const auto before = face();
        return tick_until([&] { return !(face() == before); }, in_sight);
    }
    Complaints complaints() const {
        auto all = wrong_;
        if (!auditor_.wrong().empty()) all.push_back(auditor_.wrong());
        return all;
    }
    void rest();
    std::string story() const { return "    " + state() + '\n'; }
    std::string state() const;

private:
    static bool always(const Trial&) { return true; }
    static bool plugged(const Trial& t) { return t.wires_->plugged; }
    // All that a controller shows.
    struct Face {
        Outputs outputs;
        Condition condition;
        PilotStage stage{};
        bool operator==(const Face&) const = default;
    };
    Face face() const { return {wires_->outputs(), wires_->condition(), wires_->stage()}; }

    void disturb() {
        wires_->disturb = [disturbed = disturbed_](Inputs& in) { disturbed.apply(in); };
    }
    void permit() { wires_->permit(limit_, phases_); }
    void tick() {
        wires_->tick();
        auditor_.look(*wires_);
        const bool residual = (disturbed_.residual_ac || disturbed_.residual_dc);
        residual_for_ = residual ? residual_for_ + timing::tick : Moment{0};
        if (residual_for_ > residual_opens && wires_->outputs().k1)
            complain("closed in spite of a residual current");
        const bool cable_in_use = wires_->outputs().k1 && type_ == ConnectorType::Type2Socket;
        if (cable_in_use && !wires_->inputs().locked) complain("closed without the lock");
        if (wires_->outputs().k1 && !wires_->plugged && ++gone_for_ > gone_ticks)
            complain("closed without a vehicle");
        if (wires_->plugged) gone_for_ = 0;
        look_at_belief();
    }
    // Until a lost input is a fault, which has its own rules, nothing more is given.
    void look_at_belief() {
        const auto offered = wires_->condition().offered;
        const bool suspected =
            (disturbed_.temperature_lost && !wires_->has(FaultCode::TemperatureSensor)) ||
            (disturbed_.meter && !wires_->has(FaultCode::MeterOffline));
        if (suspected && offered > offered_) complain("more is offered though an input is lost");
        if (suspected && wires_->outputs().k1 && !wires_->before().k1)
            complain("closes though an input is lost");
        offered_ = offered;
    }
    void complain(const char* what) {
        if (wrong_.empty()) wrong_.emplace_back(what);
    }
    void run(Moment time) {
        for (Moment passed{0}; passed < time; passed += timing::tick) tick();
    }
    template <class Condition>
    bool tick_until(Condition condition, Moment within) {
        for (Moment passed{0}; passed < within; passed += timing::tick) {
            tick();
            if (condition()) return true;
        }
        return false;
    }
    // The process is killed; what it has kept is all that the next one knows. The daemon wishes
    // as before.
    void restart() {
        const auto old = *wires_;
        wires_.emplace(type_, settings(), old.report().kept);
        wires_->miss(old.now());
        wires_->plugged = old.plugged;
        wires_->asks = old.asks;
        wires_->diode = old.diode;
        wires_->ventilation = old.ventilation;
        wires_->passes_test = old.passes_test;
        wires_->jammed = old.jammed;
        auditor_.restarted(old.report().kept);
        permit();
    }

    static constexpr int gone_ticks = 20;  // 100 ms, IEC 61851-1 Table A.6, 2

    ConnectorType type_;
    std::optional<Wires> wires_;
    wires::Auditor auditor_;
    Disturbed disturbed_;
    std::int64_t limit_ = 16'000;
    int phases_ = 3;
    Moment residual_for_{0};
    int gone_for_ = 0;
    units::Milliamps offered_;
    Complaints wrong_;
};

const std::vector<Trial::Event> Trial::table = {
    {"plug", [](const Trial& t) { return !t.wires_->plugged; },
     [](Trial& t) { t.wires_->plugged = true; }},
    {"unplug", plugged,
     [](Trial& t) {
         t.wires_->plugged = false;
         t.wires_->asks = t.wires_->diode = true;
         t.wires_->ventilation = false;
     }},
    {"vehicle asks", [](const Trial& t) { return t.wires_->plugged && !t.wires_->asks; },
     [](Trial& t) { t.wires_->asks = true; }},
    {"vehicle stops asking", [](const Trial& t) { return t.wires_->plugged && t.wires_->asks; },
     [](Trial& t) { t.wires_->asks = false; }},
    {"vehicle wants ventilation", plugged,
     [](Trial& t) { t.wires_->ventilation = !t.wires_->ventilation; }},
    {"vehicle without a diode", plugged, [](Trial& t) { t.wires_->diode = !t.wires_->diode; }},
    {"mains away", [](const Trial& t) { return !t.disturbed_.mains; },
     [](Trial& t) { t.disturbed_.mains = true; }},
    {"mains back", [](const Trial& t) { return t.disturbed_.mains; },
     [](Trial& t) { t.disturbed_.mains = false; }},
    {"dip of the mains", [](const Trial& t) { return !t.disturbed_.mains; },
     [](Trial& t) {
         t.disturbed_.mains = true;
         t.disturb();
         t.run(60ms);
         t.disturbed_.mains = false;
     }},
    {"residual current", [](const Trial& t) { return !t.disturbed_.residual_ac; },
     [](Trial& t) { t.disturbed_.residual_ac = true; }},
    {"residual direct current", [](const Trial& t) { return !t.disturbed_.residual_dc; },
     [](Trial& t) { t.disturbed_.residual_dc = true; }},
    {"no residual current",
     [](const Trial& t) { return t.disturbed_.residual_ac || t.disturbed_.residual_dc; },
     [](Trial& t) { t.disturbed_.residual_ac = t.disturbed_.residual_dc = false; }},
    {"monitor fails its test", [](const Trial& t) { return t.wires_->passes_test; },
     [](Trial& t) { t.wires_->passes_test = false; }},
    {"weld", [](const Trial& t) { return !t.disturbed_.weld; },
     [](Trial& t) { t.disturbed_.weld = true; }},
    {"weld breaks", [](const Trial& t) { return t.disturbed_.weld; },
     [](Trial& t) { t.disturbed_.weld = false; }},
    {"hot", [](const Trial& t) { return t.disturbed_.temperature != hot; },
     [](Trial& t) { t.disturbed_.temperature = hot; }},
    {"too hot", [](const Trial& t) { return t.disturbed_.temperature != too_hot; },
     [](Trial& t) { t.disturbed_.temperature = too_hot; }},
    {"cool", [](const Trial& t) { return t.disturbed_.temperature != mild; },
     [](Trial& t) { t.disturbed_.temperature = mild; }},
    {"temperature lost, or back", always,
     [](Trial& t) { t.disturbed_.temperature_lost = !t.disturbed_.temperature_lost; }},
    {"meter silent", [](const Trial& t) { return !t.disturbed_.meter; },
     [](Trial& t) { t.disturbed_.meter = true; }},
    {"meter back", [](const Trial& t) { return t.disturbed_.meter; },
     [](Trial& t) { t.disturbed_.meter = false; }},
    {"lease for 6 A", always,
     [](Trial& t) {
         t.limit_ = 6'000;
         t.permit();
     }},
    {"lease for 16 A", always,
     [](Trial& t) {
         t.limit_ = 16'000;
         t.permit();
     }},
    {"lease for nothing", always,
     [](Trial& t) {
         t.limit_ = 0;
         t.permit();
     }},
    {"lease for other phases", always,
     [](Trial& t) {
         t.phases_ = t.phases_ == 3 ? 1 : 3;
         t.permit();
     }},
    {"lease runs out", always, [](Trial& t) { t.wires_->wish.expires = t.wires_->now(); }},
    {"lock jams, or moves", [](const Trial& t) { return t.type_ == ConnectorType::Type2Socket; },
     [](Trial& t) { t.wires_->jammed = !t.wires_->jammed; }},
    {"restart", always, [](Trial& t) { t.restart(); }},
};

// Everything is well again and the vehicle leaves: the next one is served.
void Trial::rest() {
    run(aftermath);
    disturbed_ = {};
    disturb();
    auto& wires = *wires_;
    wires.passes_test = wires.asks = wires.diode = true;
    wires.ventilation = wires.jammed = false;
    // A window of the weld check may still find what has just gone.
    run(timing::weld_window);
    // A weld is forgotten by a process that finds the poles open and then sees a vehicle leave.
    if (wires.report().kept.welded != 0) {
        restart();
        wires.plugged = true;
        run(3s);
    }
    wires.plugged = false;
    run(3s);
    // The test of the monitor that lets the fault go may first wait for the one before to end.
    if (wires.has(FaultCode::RcdSelfTest))
        tick_until([&] { return !wires.has(FaultCode::RcdSelfTest); }, tested_within);
    limit_ = 16'000;
    phases_ = 3;
    permit();
    wires.plugged = true;
    if (!tick_until([&] { return wires.outputs().k1; }, served_within))
        complain("the next vehicle is not served");
    run(aftermath);
}

std::string Trial::state() const {
    std::string text;
    const auto add = [&text](auto value) { text += std::to_string(value) + ' '; };
    const auto& wires = *wires_;
    const auto& condition = wires.condition();
    const auto& out = wires.outputs();
    const auto allowed = permission(wires.wish, {}, wires.now());
    text += std::string(shared::name_of(wires.stage())) + ' ';
    for (std::size_t i = 0; i < condition.fault_count; ++i)
        text += std::string(shared::name_of(condition.faults[i].code)) + ' ';
    for (const bool fact : {wires.plugged,
                            wires.asks,
                            wires.diode,
                            wires.ventilation,
                            wires.passes_test,
                            wires.jammed,
                            disturbed_.mains,
                            disturbed_.residual_ac,
                            disturbed_.residual_dc,
                            disturbed_.weld,
                            disturbed_.temperature_lost,
                            disturbed_.meter,
                            out.k1,
                            out.k2,
                            out.lock,
                            out.monitor_check,
                            condition.plugged,
                            condition.locked,
                            condition.mains,
                            condition.phase_change,
                            allowed.live,
                            allowed.power})
        text += fact ? '1' : '0';
    text += ' ';
    add(static_cast<int>(out.pilot));
    add(static_cast<int>(condition.pilot));
    add(condition.offered.count);
    add(allowed.limit.count);
    add(allowed.phases);
    add(disturbed_.temperature.count);
    const auto& kept = wires.report().kept;
    add(kept.phases);
    add(kept.welded);
    add(kept.plugged);
    add(kept.monitor_checked);
    return text;
}

}  // namespace

TEST_CASE("every sequence of a few events at a controller is safe, and the next vehicle is served",
          "[one-thread]") {
    test::SmallScope<Trial> idle{Trial{ConnectorType::Type2Socket}, {}, 1};
    idle.run("a controller of a socket");
    test::SmallScope<Trial> charging{Trial{ConnectorType::Type2Socket}.charging(), {}};
    charging.run("a controller of a socket, charging");
}

}  // namespace hal_small_scope_test
