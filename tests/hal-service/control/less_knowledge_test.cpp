// SPDX-License-Identifier: Apache-2.0
// Less knowledge never gives more: at random instants of a random life inputs become unknown or
// impossible, alone and together, and hold anything meanwhile. From that tick on no offer rises, no
// contactor closes and no fault is let go until they are believed again.
// CHARGEPOINT_LESS_KNOWLEDGE_EVENTS and CHARGEPOINT_LESS_KNOWLEDGE_SEED choose how long and which.

#include "tests/hal-service/wires.hpp"
#include "tests/support/number_from.hpp"

#include <algorithm>
#include <iostream>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace less_knowledge_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

constexpr std::int64_t usual_events = 15'000;

enum class Loss { Pilot, Lines, Meter, Outlet, Body };
constexpr auto names(Loss) { return std::array{"pilot", "lines", "meter", "outlet", "body"}; }
constexpr std::size_t losses = names(Loss{}).size();
constexpr units::Milliamps no_bound{1'000'000};

struct Counts {
    std::uint64_t events = 0;
    std::uint64_t losses = 0;
    std::uint64_t ticks_without = 0;
    std::uint64_t closings = 0;
    std::uint64_t rises = 0;
    std::uint64_t held = 0;      // faults that were there when something was lost
    std::uint64_t released = 0;  // faults that were let go, with all inputs known
    std::uint64_t hot_losses = 0;
    std::uint64_t restarts = 0;  // with something lost

    void add(const Counts& other) {
        events += other.events;
        losses += other.losses;
        ticks_without += other.ticks_without;
        closings += other.closings;
        rises += other.rises;
        held += other.held;
        released += other.released;
        hot_losses += other.hot_losses;
        restarts += other.restarts;
    }
};

class Walk {
public:
    Walk(ConnectorType type, std::uint64_t seed) : random_(seed), type_(type) { begin({}); }

    void step() {
        ++counts_.events;
        event();
        const int ticks = calm_ ? 1200 + below(2500) : chance(90) ? 1 + below(40) : below(400);
        calm_ = false;
        for (int i = 0; i < ticks; ++i) {
            lose();
            wires_->tick();
            look();
        }
    }
    const Counts& counts() const { return counts_; }

private:
    using Faults = std::vector<std::pair<FaultCode, bool>>;

    int below(int bound) { return static_cast<int>(random_() % static_cast<std::uint64_t>(bound)); }
    bool chance(int percent) { return below(100) < percent; }
    bool lost(Loss loss) const { return left_[static_cast<std::size_t>(loss)] > 0; }
    bool heat_lost() const { return lost(Loss::Outlet) || lost(Loss::Body); }
    bool read_lost() const { return lost(Loss::Pilot) || lost(Loss::Lines) || lost(Loss::Meter); }

    void begin(const Registers& kept) {
        wires_.emplace(type_, process::OutletSettings{}, kept);
        wires_->disturb = [this](Inputs& in) { disturb(in); };
    }

    void event() {
        switch (below(24)) {
            case 0: wires_->plugged = chance(60); break;
            case 1: wires_->asks = chance(70); break;
            case 2: outlet_ = 20'000 + below(95'000); break;
            case 3: body_ = 20'000 + below(95'000); break;
            case 4: fault_ = below(9); break;
            case 5: wires_->proximity_ohms = chance(70) ? 220 : below(5000); break;
            case 6:
                if (chance(30)) restart();
                break;
            case 7:
            case 8:
            case 9:
            case 10: wires_->permit(chance(15) ? 0 : 6000 + below(30'000)); break;
            case 11:
            case 12: well(); break;
            default: fault_ = 0; break;
        }
    }
    void well() {
        fault_ = 0;
        calm_ = chance(25);
        if (calm_) left_.fill(0);
        if (calm_ && chance(50)) return leave();
        outlet_ = body_ = 25'000 + below(50'000);
        wires_->plugged = wires_->asks = true;
        wires_->proximity_ohms = 220;
        wires_->permit(6000 + below(30'000));
    }
    // For long enough for faults that wait for it, and for a test of the monitor.
    void leave() {
        wires_->plugged = false;
        outlet_ = body_ = 25'000;
    }
    void restart() {
        const auto kept = wires_->report().kept;
        const auto plugged = wires_->plugged;
        const auto wish = wires_->wish;
        const auto now = wires_->now();
        begin(kept);
        wires_->miss(now);
        wires_->plugged = plugged;
        wires_->wish = wish;
        offered_ = {};
        coils_ = seen_ = false;
        // The bound of a sensor that is known to be lost goes with that fault.
        if (has(faults_, FaultCode::TemperatureSensor, false)) limit_ = no_bound;
        // A process begins without the faults of the one before, but for these two.
        std::erase_if(faults_, [&](const auto& fault) {
            const bool heat = fault == std::pair(FaultCode::OverTemperature, true) &&
                              kept.heat_withheld == Heat::all_withheld;
            return !heat && !(fault.first == FaultCode::RelayWelded && kept.welded != 0);
        });
        if (heat_lost() || read_lost()) ++counts_.restarts;
    }

    // Each loss begins at any tick and lasts from one tick to many seconds.
    void lose() {
        for (auto& left : left_) {
            if (left > 0) {
                --left;
                continue;
            }
            if (below(1500) != 0) continue;
            if (&left == left_.data() && type_ == ConnectorType::Schuko) continue;  // no pilot
            left = chance(60) ? 1 + below(30) : below(1500);
            ++counts_.losses;
            if (!faults_.empty()) ++counts_.held;
            const bool heat = &left >= &left_[static_cast<std::size_t>(Loss::Outlet)];
            if (heat && std::max(outlet_, body_) >= 80'000) ++counts_.hot_losses;
        }
        impossible_ = chance(50);
    }

    void disturb(Inputs& in) {
        in.outlet_temperature = units::MilliCelsius{outlet_};
        in.body_temperature = units::MilliCelsius{body_};
        harm(in);
        if (lost(Loss::Pilot)) lose_pilot(in);
        if (lost(Loss::Lines)) lose_lines(in);
        if (lost(Loss::Meter)) {
            in.meter.valid = impossible_;
            in.meter.voltage[0] = {impossible_ ? 900'000 : 230'000};
            in.meter.current = {};
        }
        if (lost(Loss::Outlet)) lose_temperature(in.outlet_temperature, in);
        if (lost(Loss::Body)) lose_temperature(in.body_temperature, in);
        seen_ = seen_ || !heat_lost();
    }
    void harm(Inputs& in) {
        switch (fault_) {
            case 1: in.protective_earth = false; break;
            case 2: in.residual.dc = in.residual.dc || in.k1_feedback; break;
            case 3: in.meter.voltage[0] = {270'000}; break;
            case 4: in.load_voltage[0] = {230'000}; break;
            case 5: in.relay_supply = false; break;
            case 6: in.meter.frequency = {45'000}; break;
            case 7:
                if (in.k1_feedback) in.meter.current[0] = {70'000};
                break;
            case 8: in.pilot.plus_rail = {9000}; break;
            default: break;
        }
    }
    void lose_pilot(Inputs& in) {
        in.pilot.valid = impossible_;
        in.pilot.plus_rail = {impossible_ ? 5000 : 12'000};
        in.pilot.high = {below(24'000) - 12'000};
        in.proximity_ohms = chance(50) ? proximity_open_ohms : below(5000);
        if (impossible_) in.proximity_ohms = 220;  // it was read
    }
    void lose_lines(Inputs& in) {
        in.lines = false;
        in.protective_earth = in.power_good = in.relay_supply = chance(80);
        in.residual = {};
        in.k1_feedback = chance(10);
        in.k2_feedback = chance(10);
        in.load_voltage = {};
        in.plug_detected = chance(50);
        in.locked = chance(50);
    }
    // A board says so, but the rules do not depend on that for what they have seen.
    void lose_temperature(std::optional<units::MilliCelsius>& reading, Inputs& in) {
        reading.reset();
        if (impossible_) reading = units::MilliCelsius{-100'000};
        if (!impossible_ && (!seen_ || chance(50))) in.lost_temperature = true;
    }

    void look() {
        const auto offered = wires_->condition().offered;
        const bool coils = wires_->outputs().k1 || wires_->outputs().k2;
        const auto limit = wires_->report().temperature_limit;
        if (read_lost() || heat_lost()) ++counts_.ticks_without;
        if (read_lost()) {
            must(offered <= offered_, __LINE__);
            must(!coils || coils_, __LINE__);
            must(keeps_all(), __LINE__);
        }
        if (heat_lost()) {
            must(limit <= limit_, __LINE__);
            must(!has(faults_, FaultCode::OverTemperature, true) || tripped_by_heat(), __LINE__);
            const bool known = has_now(FaultCode::TemperatureSensor, false);
            must(offered <= offered_ || (known && offered <= least_of_both(limit)), __LINE__);
            must(!coils || coils_ || known, __LINE__);
        }
        if (coils && !coils_) ++counts_.closings;
        if (offered > offered_) ++counts_.rises;
        if (!read_lost() && !keeps_all()) ++counts_.released;
        offered_ = offered;
        coils_ = coils;
        limit_ = limit;
        faults_ = present();
    }
    static units::Milliamps least_of_both(units::Milliamps limit) {
        return std::min(limit, process::TemperatureSettings{}.without_sensor);
    }
    Faults present() const {
        Faults all;
        for (std::size_t i = 0; i < wires_->condition().fault_count; ++i) {
            const auto& fault = wires_->condition().faults[i];
            all.emplace_back(fault.code, fault.prevents_charging);
        }
        return all;
    }
    static bool has(const Faults& all, FaultCode code, bool prevents) {
        return std::ranges::find(all, std::pair(code, prevents)) != all.end();
    }
    bool has_now(FaultCode code, bool prevents) const { return has(present(), code, prevents); }
    bool tripped_by_heat() const { return has_now(FaultCode::OverTemperature, true); }
    // A fault that prevents charging may come to stand before one of its code that doesn't.
    bool keeps_all() const {
        const auto now = present();
        return std::ranges::all_of(faults_, [&](const auto& fault) {
            return has(now, fault.first, true) || has(now, fault.first, fault.second);
        });
    }

    // Catch's own checks cost too much this often.
    void must(bool holds, int line) const {
        if (holds) return;
        for (const auto& [code, prevents] : faults_)
            UNSCOPED_INFO("before: " << shared::name_of(code) << (prevents ? ", prevents" : ""));
        for (std::size_t i = 0; i < losses; ++i)
            if (left_[i] > 0) UNSCOPED_INFO("lost: " << shared::name_of(static_cast<Loss>(i)));
        FAIL("line " << line << " after " << counts_.events << " events, "
                     << shared::name_of(wires_->stage()));
    }

    std::mt19937_64 random_;
    ConnectorType type_;
    std::optional<Wires> wires_;
    Counts counts_;
    std::array<int, losses> left_{};  // ticks, by Loss
    bool calm_ = false;
    bool impossible_ = false;
    bool seen_ = false;  // both temperatures, by this process
    int fault_ = 0;
    std::int64_t outlet_ = 25'000;
    std::int64_t body_ = 25'000;
    // As they were in the tick before.
    units::Milliamps offered_;
    units::Milliamps limit_ = no_bound;
    bool coils_ = false;
    Faults faults_;
};

}  // namespace

TEST_CASE("less knowledge never gives more", "[one-thread]") {
    const auto events = static_cast<std::uint64_t>(
        test::number_from("CHARGEPOINT_LESS_KNOWLEDGE_EVENTS", usual_events));
    const auto seed =
        static_cast<std::uint64_t>(test::number_from("CHARGEPOINT_LESS_KNOWLEDGE_SEED", 1));
    Counts all;
    for (const auto type :
         {ConnectorType::Type2Cable, ConnectorType::Type2Socket, ConnectorType::Schuko}) {
        INFO(shared::name_of(type) << ", seed " << seed);
        Walk walk(type, seed);
        for (std::uint64_t i = 0; i < events / 3; ++i) walk.step();
        all.add(walk.counts());
    }
    std::cout << "less knowledge, seed " << seed << ": " << all.events << " events, " << all.losses
              << " losses, " << all.hot_losses << " of heat while hot, " << all.ticks_without
              << " ticks without an input, " << all.held << " with faults held, " << all.released
              << " faults let go with all known, " << all.closings << " closings, " << all.rises
              << " rises, " << all.restarts << " restarts without an input\n";
    CHECK(all.hot_losses > events / 500);
    CHECK(all.closings > events / 500);
    CHECK(all.rises > events / 500);
    CHECK(all.held > events / 100);
    CHECK(all.released > events / 500);
    CHECK(all.restarts > events / 2000);
}

}  // namespace less_knowledge_test
