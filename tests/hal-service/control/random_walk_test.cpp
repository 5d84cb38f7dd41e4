// SPDX-License-Identifier: Apache-2.0
// Anything at any time: whatever happens to a charge point, certain things are never so.

#include "tests/hal-service/bench.hpp"

#include <random>
#include <string>

namespace random_walk_test {

namespace {

using namespace hal;
using bench::Bench;
using namespace std::chrono_literals;

class Walk {
public:
    explicit Walk(unsigned seed, ConnectorType type)
        : random_(seed),
          type_(type),
          bench_(bench::one(type, type == ConnectorType::Schuko ? 1 : 3,
                            type == ConnectorType::Schuko ? 10'000 : 32'000)) {}

    void step() {
        event();
        const int ticks = chance(20) ? 3000 : below(200);
        for (int i = 0; i < ticks; ++i) {
            bench_.tick();
            check();
        }
    }
    std::uint64_t ticks() const { return bench_.ticks(); }
    std::uint64_t closings() { return static_cast<std::uint64_t>(closings_); }

private:
    int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }
    bool chance(int percent) { return below(100) < percent; }
    std::string number(int from, int to) { return std::to_string(from + below(to - from)); }
    const char* flag() { return chance(50) ? "true" : "false"; }

    void event() {
        switch (below(16)) {
            case 0:
            case 1: say(R"("plug_in","connector":1)"); break;
            case 2: say(R"("unplug","connector":1)"); break;
            case 3:
                say(R"("vehicle","connector":1,"ready":)" + std::string(flag()) +
                    R"(,"max_current":)" + number(5, 40) + R"(,"phases":)" + number(1, 4));
                break;
            case 4:
                say(R"("vehicle","connector":1,"diode":)" +
                    std::string(chance(85) ? "true" : "false") + R"(,"ventilation":)" +
                    (chance(10) ? "true" : "false") + R"(,"bcb_pulses":)" + number(0, 4));
                break;
            case 5: say(R"("mains","interrupt_ms":)" + number(1, 3000)); break;
            case 6:
            case 7: fault(); break;
            case 8: say(R"("reset")"); break;
            case 9: restart(); break;
            default: wish(); break;
        }
    }
    void say(const std::string& request) { bench_.say("{\"do\":" + request + "}"); }

    void fault() {
        static const char* const faults[] = {
            R"("relay_welded","relay":"L1")",
            R"("relay_welded","relay":"N")",
            R"("relay_stuck_open")",
            R"("pilot_grounded")",
            R"("pilot_open")",
            R"("pilot_noise","volts":2.5)",
            R"("residual_current","ac_ma":35)",
            R"("residual_current","dc_ma":7)",
            R"("temperature","place":"Outlet","celsius":95)",
            R"("temperature","place":"Body","celsius":105)",
            R"("meter_offline")",
            R"("overcurrent","amps":40)",
            R"("protective_earth")",
        };
        say(R"("fault","name":)" + std::string(faults[below(static_cast<int>(std::size(faults)))]) +
            R"(,"on":)" + (chance(30) ? "true" : "false"));
    }

    // The process is killed and begins anew; contactors drop meanwhile.
    void restart() {
        bench_.restart();
        for (int i = 0; i < 2; ++i) bench_.tick();  // checks look at the tick before
        was_closed_ = was_oscillating_ = diode_ = false;
        out_of_c_ = Moment{0};
        limit_ = 0;
        expires_ = wished_at_ = Moment{-3'600'000'000};
    }

    void wish() {
        limit_ = chance(20) ? 0 : 4000 + below(40'000);
        const auto lease = chance(70) ? 60s : std::chrono::seconds(below(6));
        bench_.wish(limit_, lease, 1, chance(90) ? 3 : 1);
        wished_at_ = bench_.now();
        expires_ = bench_.now() + lease;
    }

    void check() {
        const auto& condition = bench_.condition();
        const auto& outputs = bench_.truth().outputs;  // from the tick before, like the inputs
        if (outputs.k1 && !was_closed_) check_closing();
        check_faults();
        if (outputs.k2) must(outputs.k1, __LINE__);
        check_offer();
        check_pilot();
        // The register never falls.
        must(bench_.report().kept.energy >= energy_, __LINE__);
        must(condition.plug_count >= plug_count_, __LINE__);
        remember();
    }

    bool has_pilot() const { return type_ != ConnectorType::Schuko; }

    // A contactor only ever closes on a request, with permission and without a fault.
    void check_closing() {
        ++closings_;
        must(was_limit_ >= 6000, __LINE__);
        must(bench_.now() - timing::tick < was_expires_ + 60s, __LINE__);
        must(was_pilot_ == (has_pilot() ? PilotState::C : PilotState::B), __LINE__);
        must(!(was_prevented_), __LINE__);
        if (has_pilot()) must(diode_, __LINE__);
    }

    // Known faults keep contactors open: from the tick after at the latest, or once the vehicle was
    // given time.
    void check_faults() {
        const auto& condition = bench_.condition();
        const bool coil = bench_.truth().outputs.k1;
        bool prevented = false;
        bool opened = false;
        for (std::size_t i = 0; i < condition.fault_count; ++i) {
            prevented = prevented || condition.faults[i].prevents_charging;
            opened = opened ||
                     (condition.faults[i].prevents_charging && !stops(condition.faults[i].code));
        }
        prevented_for_ = prevented ? prevented_for_ + timing::tick : Moment{0};
        if (opened && was_opened_) must(!(coil), __LINE__);
        if (prevented_for_ > timing::stop_wait + 2 * timing::tick) must(!(coil), __LINE__);
        was_prevented_ = prevented;
        was_opened_ = opened;
    }

    void check_offer() {
        const auto& condition = bench_.condition();
        // Nothing is offered above any limit in force, once the vehicle had to be told.
        if (condition.offered.count > 0) {
            must(condition.offered.count <= (has_pilot() ? 32'000 : 10'000), __LINE__);
            if (bench_.now() - wished_at_ > 5200ms)
                must(condition.offered.count <= limit_, __LINE__);
            if (bench_.now() > expires_ + 5200ms) must(condition.offered.count <= 6000, __LINE__);
        }
        // Long after the last lease everything is off.
        if (bench_.now() > expires_ + 60s + 6200ms) {
            must(!(bench_.truth().outputs.k1), __LINE__);
            must(!(condition.pwm), __LINE__);
        }
    }

    void check_pilot() {
        const auto& truth = bench_.truth();
        // The pilot only oscillates for a vehicle that may charge.
        if (truth.outputs.pilot == PilotDrive::Oscillating && !was_oscillating_) {
            must(was_plugged_, __LINE__);
            must(was_limit_ >= 6000, __LINE__);
        }
        if (!has_pilot()) must(truth.outputs.pilot == PilotDrive::Steady, __LINE__);
        // Leaving C, for whatever reason, is cut off in time.
        const bool shows_c =
            truth.vehicle_state == PilotState::C || truth.vehicle_state == PilotState::D;
        out_of_c_ = shows_c ? Moment{0} : out_of_c_ + timing::tick;
        if (has_pilot() && out_of_c_ > 100ms && !noisy()) must(!(truth.outputs.k1), __LINE__);
    }

    void remember() {
        const auto& condition = bench_.condition();
        const auto& truth = bench_.truth();
        energy_ = bench_.report().kept.energy;
        plug_count_ = condition.plug_count;
        was_closed_ = truth.outputs.k1;
        was_plugged_ = condition.plugged;
        was_limit_ = limit_;
        was_expires_ = expires_;
        was_oscillating_ = truth.outputs.pilot == PilotDrive::Oscillating;
        was_pilot_ =
            has_pilot() ? condition.pilot : (condition.plugged ? PilotState::B : PilotState::A);
        diode_ = was_oscillating_ && (diode_ || shows_diode(truth.pilot));
    }

    static bool stops(FaultCode code) {
        for (const auto& rule : protection_rules())
            if (rule.code == code && rule.reaction == Reaction::Open) return false;
        return true;
    }
    // Catch's own checks cost too much this often.
    void must(bool holds, int line) {
        if (!holds) FAIL("line " << line << " at " << bench_.now().count() << " us");
    }
    bool noisy() { return bench_.world().outlets[0].faults.pilot_noise.count > 0; }

    std::mt19937 random_;
    const ConnectorType type_;
    Bench bench_;
    std::int64_t limit_ = 0;
    Moment wished_at_{-3'600'000'000};
    Moment expires_{-3'600'000'000};
    Moment out_of_c_{0};
    units::MilliwattHours energy_;
    std::int64_t plug_count_ = 0;
    int closings_ = 0;
    bool was_closed_ = false;
    bool was_plugged_ = false;
    std::int64_t was_limit_ = 0;
    Moment was_expires_{-3'600'000'000};
    bool was_prevented_ = false;
    bool was_opened_ = false;
    Moment prevented_for_{0};
    bool was_oscillating_ = false;
    bool diode_ = false;
    PilotState was_pilot_ = PilotState::A;
};

}  // namespace

TEST_CASE("on a long random walk nothing unsafe ever happens", "[one-thread]") {
    const auto type =
        GENERATE(ConnectorType::Type2Cable, ConnectorType::Type2Socket, ConnectorType::Schuko);
    const auto seed = GENERATE(1U, 2U, 3U, 4U);
    INFO("type " << static_cast<int>(type) << " seed " << seed);
    Walk walk(seed, type);
    constexpr int events = 1000;
    for (int i = 0; i < events; ++i) walk.step();
    CHECK(walk.ticks() > 500'000);
    CHECK(walk.closings() > 10);
}

}  // namespace random_walk_test
