// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/atm90e32.hpp"

#include <algorithm>

namespace rig {
namespace {

using namespace std::chrono_literals;

enum Register : std::uint16_t {
    MeterEn = 0x00,
    PLconstH = 0x31,
    PLconstL = 0x32,
    LastConfiguration = 0x6F,
    SoftReset = 0x70,
    EMMState1 = 0x72,
    LastSPIData = 0x78,
    CfgRegAccEn = 0x7F,
    APenergyT = 0x80,
    LastEnergy = 0xAF,
    PmeanT = 0xB0,
    PmeanA = 0xB1,
    SmeanT = 0xB8,
    PFmeanT = 0xBC,
    PmeanTF = 0xC0,
    UrmsA = 0xD9,
    IrmsA = 0xDD,
    Freq = 0xF8,
    Temp = 0xFC
};
// Gains and offsets of phase A; B and C follow at distances of four.
constexpr std::size_t voltage_gain = 0x61;
constexpr std::size_t current_gain = 0x62;
constexpr std::size_t voltage_offset = 0x63;
constexpr std::size_t current_offset = 0x64;
constexpr std::size_t calibration_stride = 4;

constexpr std::uint16_t reset_word = 0x789A;
constexpr std::uint16_t access_word = 0x55AA;
constexpr auto reset_time = 5ms;
constexpr auto measuring_period = 100ms;
// A hundredth of a pulse at 3200 pulses per kWh: 3.125 mWh.
constexpr std::int64_t microjoules_per_count = 11'250'000;
constexpr std::int64_t usual_pl_const = 0x0861'C468;
constexpr std::uint16_t phase_loss_a = 0x0400;
constexpr std::int64_t phase_lost_below_millivolts = 100'000;
constexpr std::uint16_t chip_temperature = 30;

std::int64_t scaled(std::int64_t value, std::uint16_t gain, std::uint16_t true_gain,
                    std::uint16_t offset) {
    return value * gain / true_gain + static_cast<std::int16_t>(offset);
}

std::uint16_t word(std::int64_t value) {
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(value, 0, 0xFFFF));
}

}  // namespace

Atm90e32::Atm90e32(const Calibration& calibration) : calibration_(calibration) { reset(Moment{0}); }

void Atm90e32::reset(Moment now) {
    registers_.fill(0);
    for (std::size_t phase = 0; phase < 3; ++phase) {
        registers_[voltage_gain + phase * calibration_stride] = 0x8000;
        registers_[current_gain + phase * calibration_stride] = 0x8000;
    }
    registers_[PLconstH] = 0x0861;
    registers_[PLconstL] = 0xC468;
    energy_rest_.fill(0);
    ready_ = now + reset_time;
}

// One register in each low phase of the chip select; what follows 32 clocks is ignored.
void Atm90e32::exchange(Moment now, Bytes out, Room in) {
    std::fill(in.begin(), in.end(), std::uint8_t{0});
    if (out.size() < 4 || now < ready_) return;
    const auto command = static_cast<std::uint16_t>(out[0] << 8 | out[1]);
    const auto address = static_cast<std::uint16_t>(command & 0x3FF);
    if (address >= registers_.size()) return;
    if ((command & 0x8000) == 0) {
        auto value = static_cast<std::uint16_t>(out[2] << 8 | out[3]);
        if (corrupt_ > 0) {
            --corrupt_;
            value ^= 0x0010;
        }
        return write(now, address, value);
    }
    auto value = read(address);
    if (corrupt_ > 0) {
        --corrupt_;
        value ^= 0x0100;
    }
    in[2] = static_cast<std::uint8_t>(value >> 8);
    in[3] = static_cast<std::uint8_t>(value & 0xFF);
}

std::uint16_t Atm90e32::read(std::uint16_t address) {
    const auto value = registers_[address];
    if (address == LastSPIData) return value;
    registers_[LastSPIData] = value;
    if (address >= APenergyT && address <= LastEnergy) registers_[address] = 0;
    return value;
}

void Atm90e32::write(Moment now, std::uint16_t address, std::uint16_t value) {
    if (address == SoftReset) {
        if (value == reset_word) reset(now);
        return;
    }
    registers_[LastSPIData] = value;
    if (address == CfgRegAccEn)
        registers_[address] = value;
    else if (address <= LastConfiguration && registers_[CfgRegAccEn] == access_word)
        registers_[address] = value;
}

void Atm90e32::advance(Moment now, const std::array<Phase, 3>& phases, std::int64_t millihertz) {
    const auto elapsed = (now - last_).count();
    last_ = now;
    if (measuring()) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const auto base = i * calibration_stride;
            // Milliwatts times microseconds are nanojoules; gains act on what is booked.
            const auto booked = phases_[i].milliwatts * registers_[voltage_gain + base] /
                                calibration_.voltage_gain * registers_[current_gain + base] /
                                calibration_.current_gain * elapsed;
            sum += booked;
            count_energy(i + 1, booked);
        }
        count_energy(0, sum);
    }
    phases_ = phases;
    millihertz_ = millihertz;
    if (now - measured_ < measuring_period) return;
    measured_ = now;
    measure();
}

void Atm90e32::count_energy(std::size_t index, std::int64_t nanojoules) {
    const auto pl_const =
        static_cast<std::int64_t>(registers_[PLconstH]) << 16 | registers_[PLconstL];
    const auto per_count = microjoules_per_count * pl_const / usual_pl_const * unit_per_mille_;
    auto& rest = energy_rest_[index];
    rest += nanojoules;
    if (per_count <= 0 || rest < per_count) return;
    const auto address = APenergyT + index;
    registers_[address] = word(registers_[address] + rest / per_count);
    rest %= per_count;
}

// Hundredths of a volt, milliamps, 0.32 mW.
void Atm90e32::measure() {
    if (!measuring()) return;
    std::int64_t total = 0;
    registers_[EMMState1] = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto base = i * calibration_stride;
        const auto& phase = phases_[i];
        const auto voltage = scaled(phase.millivolts / 10, registers_[voltage_gain + base],
                                    calibration_.voltage_gain, registers_[voltage_offset + base]);
        const auto current = scaled(phase.milliamps, registers_[current_gain + base],
                                    calibration_.current_gain, registers_[current_offset + base]);
        registers_[UrmsA + i] = word(voltage);
        registers_[IrmsA + i] = word(current);
        const auto power = phase.milliwatts * registers_[voltage_gain + base] /
                           calibration_.voltage_gain * registers_[current_gain + base] /
                           calibration_.current_gain;
        show_power(i + 1, power);
        total += power;
        if (phase.millivolts < phase_lost_below_millivolts)
            registers_[EMMState1] =
                static_cast<std::uint16_t>(registers_[EMMState1] | phase_loss_a >> i);
    }
    show_power(0, total);
    registers_[Freq] = word(millihertz_ / 10);
    registers_[Temp] = chip_temperature;
}

// Resistive: apparent power is active power, and the power factor 1 where anything flows.
void Atm90e32::show_power(std::size_t index, std::int64_t milliwatts) {
    const auto value = static_cast<std::uint32_t>(milliwatts * 100 / 32);
    const auto high = static_cast<std::uint16_t>(value >> 16);
    const auto low = static_cast<std::uint16_t>(value & 0xFFFF);
    registers_[PmeanT + index] = high;
    registers_[PmeanTF + index] = low;
    registers_[SmeanT + index] = high;
    registers_[SmeanT + 0x10 + index] = low;
    registers_[PFmeanT + index] = milliwatts > 0 ? 1000 : 0;
}

}  // namespace rig
