// SPDX-License-Identifier: Apache-2.0
#pragma once
// The pilot's PWM output: 1 kHz, high for the duty cycle. Steady +12 V is a duty cycle of the whole
// period, steady -12 V one of nothing. It is disabled only where its polarity has to be changed,
// because what level that gives is the driver's secret.

#include "hal-service/control/pilot.hpp"
#include "hal-service/process/descriptor.hpp"
#include "hal-service/shared/result.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace devices {

inline constexpr std::int64_t pwm_period_ns = 1'000'000;

class PwmOutput {
public:
    virtual ~PwmOutput() = default;
    // This never allocates.
    virtual bool set(std::int64_t high_ns) = 0;
};

// The channel as the process before left it.
struct PwmFound {
    bool enabled = false;
    std::int64_t period_ns = 0;
    std::int64_t duty_ns = 0;
    bool oscillated() const { return enabled && duty_ns > 0 && duty_ns < period_ns; }
};

// The attributes of a channel, as the kernel has them.
class PwmAttributes {
public:
    virtual ~PwmAttributes() = default;
    // False: refused, with errno.
    virtual bool put(const char* name, const std::string& text) = 0;
    virtual std::optional<std::string> take(const char* name) = 0;
};

// Brings a channel, however the process before left it, to -12 V of our period and polarity, and
// returns how it was; otherwise what was refused.
shared::Result<PwmFound, std::string> take_over(PwmAttributes& channel);

class SysfsPwm final : public PwmOutput {
public:
    // Exports the channel if need be, reads back what it did, and puts it to -12 V: state F, with
    // which every vehicle opens S2. The caller decides when +12 V follows.
    static shared::Result<SysfsPwm, std::string> open(const std::string& chip, int channel);

    bool set(std::int64_t high_ns) override;
    const PwmFound& found() const { return found_; }

private:
    SysfsPwm(process::Descriptor duty, PwmFound found) : duty_(std::move(duty)), found_(found) {}

    process::Descriptor duty_;
    PwmFound found_;
    std::int64_t written_ = 0;
};

}  // namespace devices
