// SPDX-License-Identifier: Apache-2.0
#pragma once
// The pilot circuit and the contactors as physics has them.

#include "hal-service/control/board.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/control/timing.hpp"
#include "hal-service/simulation/world.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace simulation {

// R2 alone, and with R3 for state C or D in parallel (IEC 61851-1 Table A.3).
inline constexpr std::int64_t ohms_b = 2740;
inline constexpr std::int64_t ohms_c = 882;
inline constexpr std::int64_t ohms_d = 246;
inline constexpr std::int64_t ohms_to_earth = 10;  // resistance of a grounded pilot

// The load of the pilot behind R1.
struct PilotLoad {
    std::optional<std::int64_t> vehicle_ohms;
    bool diode = true;
    bool grounded = false;
    bool open = false;  // the wire is broken between charge point and vehicle
};

// The pilot at the charge point with the source at that level.
units::Millivolts pilot_level(units::Millivolts source, const PilotLoad& load);

// Computes the sample that two peak holds and the rails give.
hal::PilotSample pilot_sample(const hal::Outputs& outputs, const PilotLoad& load);

// Contactors with their operating times. K1 carries L1 and N, K2 carries L2 and L3.
class Contactors {
public:
    // `supplied`: the coils have power at all.
    void tick(const hal::Outputs& outputs, const OutletFaults& faults, bool supplied,
              hal::Moment now);

    bool closed(hal::Pole pole) const { return poles_[static_cast<std::size_t>(pole)]; }
    // Current can flow through this phase.
    bool carries(std::size_t phase) const { return poles_[phase] && closed(hal::Pole::N); }

private:
    struct Coil {
        bool wanted = false;
        bool pulled = false;
        hal::Moment since{0};
        void tick(bool want, hal::Moment now);
    };
    Coil k1_;
    Coil k2_;
    std::array<bool, 4> poles_{};
};

// The bolt that holds a cable's end in a socket: a motor moves it, a jam stops it where it is.
class Lock {
public:
    Lock() = default;
    explicit Lock(bool locked);  // at that end of its travel
    void tick(bool want, bool jammed, hal::Moment elapsed);
    // The feedback contact changes at the ends of the travel only.
    bool locked() const { return locked_; }

private:
    hal::Moment position_{0};
    bool locked_ = false;
};

// The board's power supply on L1. It gives an early warning and then lives on what it has stored;
// what computes is fed from elsewhere and stays.
class Supply {
public:
    void tick(units::Millivolts line, hal::Moment now);
    bool good() const { return good_; }
    bool feeds_meter() const { return feeds_meter_; }

private:
    bool good_ = true;
    bool feeds_meter_ = true;
    std::optional<hal::Moment> line_seen_;
    std::optional<hal::Moment> line_missed_;
};

}  // namespace simulation
