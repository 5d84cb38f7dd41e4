// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/atm90e32.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace devices {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t meter_enable = 0x00;
constexpr std::uint16_t last_spi_data = 0x78;
constexpr std::uint16_t soft_reset = 0x70;
constexpr std::uint16_t configuration_access = 0x7F;
constexpr std::uint16_t active_energy = 0x81;  // channel A; B and C follow
constexpr std::uint16_t active_power_high = 0xB1;
constexpr std::uint16_t active_power_low = 0xC1;
constexpr std::uint16_t power_factor = 0xBD;
constexpr std::uint16_t voltage_rms = 0xD9;
constexpr std::uint16_t current_rms = 0xDD;
constexpr std::uint16_t frequency = 0xF8;

constexpr std::uint16_t reset_word = 0x789A;
constexpr std::uint16_t access_word = 0x55AA;
constexpr std::uint16_t enabled = 1;
constexpr std::uint16_t read_bit = 0x8000;

constexpr auto reset_time = 10ms;  // the data sheet asks for 5
constexpr auto check_interval = 60s;
constexpr int tries = 3;
// 65 A at 300 V, the most that the registers show, are 1733 counts a second. More than that, with
// a margin, was not energy but another register, read because its address was disturbed.
constexpr std::int64_t most_counts_per_second = 2000;
// The register may have been filling for this long before a start: a second less than the slowest
// restart of this process.
constexpr hal::Moment unknown_time = 10s;

// A count is a hundredth of a pulse at 3200 pulses per kilowatt-hour: 3.125 mWh.
constexpr units::MilliwattHours energy_of(std::int64_t counts) { return {counts * 25 / 8}; }

struct Setting {
    std::uint16_t address;
    std::uint16_t value;
};

// Returns the settings in the order of the data sheet; those of the channels A, B, C alternate.
std::vector<Setting> settings_of(const process::MeterWiring& wiring) {
    const bool sixty = wiring.line_frequency == 60;
    const auto& calibration = wiring.calibration;
    std::vector<Setting> all{{0x05, 0xFF3F},  // peak over 255 ms, sag over 63 ms
                             {0x07, 0xD654},  // zero crossings, as delivered
                             {0x0C, static_cast<std::uint16_t>(sixty ? 5700 : 4700)},
                             {0x0D, static_cast<std::uint16_t>(sixty ? 6300 : 5300)},
                             {0x31, 0x0861},  // 3200 pulses per kWh
                             {0x32, 0xC468},
                             {0x33, static_cast<std::uint16_t>(sixty ? 0x1087 : 0x0087)},
                             {0x34, calibration["pga"][0]},
                             {0x35, 0x1D4C},  // start-up thresholds: active, reactive, apparent
                             {0x36, 0x1D4C},
                             {0x37, 0x1D4C},
                             {0x38, 0x02EE},
                             {0x39, 0x02EE},
                             {0x3A, 0x02EE}};
    const auto add = [&](unsigned first, unsigned distance, const char* name) {
        const auto& words = calibration[name];
        for (unsigned i = 0; i < words.size(); ++i)
            all.push_back({static_cast<std::uint16_t>(first + distance * i), words[i]});
    };
    add(0x41, 2, "power_offset");
    add(0x47, 2, "power_gain");
    add(0x48, 2, "phase_angle");
    add(0x61, 4, "voltage_gain");
    add(0x62, 4, "current_gain");
    add(0x63, 4, "voltage_offset");
    add(0x64, 4, "current_offset");
    return all;
}

std::uint16_t at(std::uint16_t first, std::size_t channel) {
    return static_cast<std::uint16_t>(first + channel);
}

}  // namespace

Atm90e32::Atm90e32(std::unique_ptr<SpiBus> bus, process::MeterWiring wiring, Channels used,
                   Pause pause)
    : bus_(std::move(bus)),
      wiring_(std::move(wiring)),
      used_(used),
      pause_(std::move(pause)),
      calibrated_(process::check(wiring_.calibration) != process::Checksum::Wrong) {}

// One exchange carries a register and the chip's memory of that transfer.
bool Atm90e32::transfer(std::uint16_t first, std::uint16_t value, std::uint16_t& answer,
                        std::uint16_t& memory) {
    const auto high = [](unsigned word) { return static_cast<std::uint8_t>(word >> 8U); };
    const auto low = [](unsigned word) { return static_cast<std::uint8_t>(word & 0xFFU); };
    const std::uint16_t ask = read_bit | last_spi_data;
    const std::array<std::uint8_t, 4> out{high(first), low(first), high(value), low(value)};
    const std::array<std::uint8_t, 4> out_again{high(ask), low(ask), 0, 0};
    std::array<std::uint8_t, 4> in{};
    std::array<std::uint8_t, 4> in_again{};
    const std::array frames{SpiFrame{out.data(), in.data(), in.size()},
                            SpiFrame{out_again.data(), in_again.data(), in_again.size()}};
    if (!bus_->exchange(frames)) return ++errors_, false;
    answer = static_cast<std::uint16_t>(in[2] << 8U | in[3]);
    memory = static_cast<std::uint16_t>(in_again[2] << 8U | in_again[3]);
    return true;
}

// This serves registers that reading doesn't change.
std::optional<std::uint16_t> Atm90e32::read(std::uint16_t address) {
    for (int i = 0; i < tries; ++i) {
        std::uint16_t answer = 0;
        std::uint16_t memory = 0;
        // A failed transfer may have taken the kernel's whole patience; not again at once.
        if (!transfer(read_bit | address, 0, answer, memory)) return std::nullopt;
        if (answer == memory) return answer;
        ++errors_;
    }
    return std::nullopt;
}

bool Atm90e32::write(std::uint16_t address, std::uint16_t value) {
    for (int i = 0; i < tries; ++i) {
        std::uint16_t ignored = 0;
        std::uint16_t memory = 0;
        if (!transfer(address, value, ignored, memory)) return false;
        if (memory == value) return true;
        ++errors_;
    }
    return false;
}

// The chip is asked until two answers are alike.
std::optional<std::uint16_t> Atm90e32::remembered() {
    std::optional<std::uint16_t> before;
    for (int i = 0; i < tries; ++i) {
        std::uint16_t first = 0;
        std::uint16_t second = 0;
        if (!transfer(read_bit | last_spi_data, 0, first, second)) return std::nullopt;
        if (first == second || first == before) return first;
        if (second == before) return second;
        before = second;
        ++errors_;
    }
    return std::nullopt;
}

std::optional<bool> Atm90e32::configured() {
    for (const auto& [address, value] : settings_of(wiring_)) {
        const auto found = read(address);
        if (!found) return std::nullopt;
        if (*found != value) return false;
    }
    return true;
}

bool Atm90e32::configure() {
    std::uint16_t ignored = 0;
    std::uint16_t memory = 0;
    if (!transfer(soft_reset, reset_word, ignored, memory)) return false;
    pause_(reset_time);
    if (!write(configuration_access, access_word)) return false;
    bool good = write(meter_enable, enabled);
    for (const auto& [address, value] : settings_of(wiring_)) good = good && write(address, value);
    return write(configuration_access, 0) && good;
}

// A chip that measures with these settings already is taken over as it is: its registers hold what
// flowed since the last process looked.
bool Atm90e32::start() {
    unresolved_.reset();
    const auto state = read(meter_enable);
    if (!state) return false;
    const auto as_it_is = *state == enabled ? configured() : false;
    if (!as_it_is) return false;
    started_ = *as_it_is || (configure() && configured() == true);
    return started_;
}

units::MilliwattHours Atm90e32::energy(std::span<const int> channels) const {
    std::int64_t counts = 0;
    for (const int channel : channels) counts += counts_[static_cast<std::size_t>(channel)];
    return energy_of(counts);
}

bool Atm90e32::poll(hal::Moment now, MeterValues& values) {
    if (!started_) {
        if (!start()) return false;
        checked_ = now;
        booked_.fill(now - unknown_time);
        for (auto& unit : units_) unit.restart();
    }
    if (unresolved_ && !resolve(now)) return false;
    const auto state = read(meter_enable);
    if (!state) return false;
    const bool check = now - checked_ >= check_interval;
    const auto as_set = check ? configured() : true;
    if (!as_set) return false;
    if (check) checked_ = now;
    if (*state != enabled || !*as_set) {
        // The registers were not measured with our settings.
        ++resets_;
        started_ = configure() && configured() == true;
        booked_.fill(now);
        for (auto& unit : units_) unit.restart();
        return false;
    }
    for (std::size_t i = 0; i < used_.size(); ++i)
        if (used_[i] && !(read_energy(i, now) && read_channel(i, values))) return false;
    const auto hertz = read(frequency);
    if (!hertz) return false;
    values.frequency = {*hertz * std::int64_t{10}};
    compare(values, now);
    return true;
}

bool Atm90e32::read_channel(std::size_t channel, MeterValues& values) {
    const auto voltage = read(at(voltage_rms, channel));
    const auto current = read(at(current_rms, channel));
    const auto power = read_power(channel);
    const auto factor = read(at(power_factor, channel));
    if (!voltage || !current || !power || !factor) return false;
    values.voltage[channel] = {*voltage * std::int64_t{10}};
    values.current[channel] = {*current};
    // 0.00032 W
    const auto microwatts = std::int64_t{*power} * 320;
    values.power[channel] = {(microwatts + (microwatts < 0 ? -500'000 : 500'000)) / 1'000'000};
    values.power_factor[channel] = {static_cast<std::int16_t>(*factor)};
    return true;
}

// Two registers that the chip renews together, but not while we wait: the high one is read again.
std::optional<std::int32_t> Atm90e32::read_power(std::size_t channel) {
    auto high = read(at(active_power_high, channel));
    for (int i = 0; i < tries && high; ++i) {
        const auto low = read(at(active_power_low, channel));
        const auto again = read(at(active_power_high, channel));
        if (!low || !again) return std::nullopt;
        if (again == high)
            return static_cast<std::int32_t>(static_cast<std::uint32_t>(*high) << 16U | *low);
        high = again;
    }
    return std::nullopt;
}

// Reading clears. What the chip remembers before is made certain: `enabled`, so that after a failed
// transfer it tells whether the register was read at all.
bool Atm90e32::read_energy(std::size_t channel, hal::Moment now) {
    if (read(meter_enable) != enabled) return false;
    std::uint16_t counts = 0;
    std::uint16_t memory = 0;
    if (!transfer(read_bit | at(active_energy, channel), 0, counts, memory)) {
        unresolved_ = Unresolved{channel, std::nullopt};
        return resolve(now);
    }
    if (counts == memory) {
        book(channel, counts, now);
        return true;
    }
    ++errors_;
    unresolved_ = Unresolved{channel, counts};
    return resolve(now);
}

// Two that agree are the truth. While none do, nothing else may be asked of the chip.
bool Atm90e32::resolve(hal::Moment now) {
    const auto counts = remembered();
    if (!counts) return false;
    const auto [channel, heard] = *unresolved_;
    unresolved_.reset();
    if (heard || *counts != enabled) book(channel, *counts, now);
    return true;
}

// Bit 9 of MMode0 decides whether a count is a hundredth or a tenth of a pulse.
void Atm90e32::compare(const MeterValues& values, hal::Moment now) {
    for (std::size_t i = 0; i < used_.size(); ++i) {
        if (!used_[i]) continue;
        units_[i].add(energy_of(counts_[i] - compared_[i]), values.power[i], now);
        compared_[i] = counts_[i];
    }
}

bool Atm90e32::calibrated() const {
    return calibrated_ && std::ranges::all_of(units_, &EnergyUnit::plausible);
}

void Atm90e32::book(std::size_t channel, std::uint16_t counts, hal::Moment now) {
    const auto most = (now - booked_[channel]) / 1ms * most_counts_per_second / 1000 + 100;
    if (counts > most) {
        ++errors_;
        return;
    }
    counts_[channel] += counts;
    booked_[channel] = now;
}

}  // namespace devices
