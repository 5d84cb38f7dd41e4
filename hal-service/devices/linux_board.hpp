// SPDX-License-Identifier: Apache-2.0
#pragma once
// A board of copper, as the control loop sees it: one burst of the ADC, the input lines, and what
// other threads have left in their slots; out to the PWM and the output lines.

#include "hal-service/devices/line_plan.hpp"
#include "hal-service/devices/lock_drive.hpp"
#include "hal-service/devices/mcp3208.hpp"
#include "hal-service/devices/metering.hpp"
#include "hal-service/devices/pulses.hpp"
#include "hal-service/devices/pwm.hpp"
#include "hal-service/devices/surroundings.hpp"
#include "hal-service/loop/backend.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace devices {

// A meter's sample counts for longer than its thread's period, by what that may be late.
inline constexpr std::chrono::milliseconds metered_holds{300};

class LinuxBoard final : public hal::Backend {
public:
    // The devices themselves; tests put others in their place.
    struct Devices {
        std::unique_ptr<SpiBus> adc;  // null: no pilot, no socket
        std::unique_ptr<OutputLines> outputs;
        std::unique_ptr<InputLines> inputs;
        std::array<std::unique_ptr<PwmOutput>, hal::max_connectors> pwm;
        hal::Slot<Metered>* metered = nullptr;
    };

    LinuxBoard(Devices parts, const process::BoardSettings& board,
               const std::vector<hal::ConnectorInfo>& connectors);

    void sample(hal::Moment now, hal::BoardInputs& inputs) override;
    void apply(hal::Moment now, const hal::BoardOutputs& outputs) override;

    // The thread of the slow devices writes this slot.
    hal::Slot<Surroundings>& surroundings() { return surroundings_; }
    void reset_reader(bool active) { reader_reset_.store(active, std::memory_order_relaxed); }

    // Transfers that failed, since the start; for the log.
    struct Troubles {
        std::uint64_t adc = 0;
        std::uint64_t lines = 0;
        std::uint64_t pwm = 0;
        bool operator==(const Troubles&) const = default;
    };
    Troubles troubles() const;
    std::uint64_t ticks() const { return ticks_.load(std::memory_order_relaxed); }

private:
    struct Connector {
        OutletLines lines;
        hal::ConnectorType type{};
        std::optional<process::PilotWiring> pilot;
        std::optional<process::ProximityWiring> proximity;
        std::unique_ptr<PwmOutput> pwm;
        int pwm_failures = 0;  // in a row
        std::array<Pulses, 3> load;
        Stretched dc;
        Stretched ac;
        Stretched residual_error;
        bool has_thermometer = false;
        LockDrive lock;
    };
    void read_lines();
    void fill(std::size_t index, hal::Moment now, hal::Inputs& in);
    void fill_surroundings(std::size_t index, hal::Moment now, hal::Inputs& in);
    void fill_lines(Connector& outlet, hal::Inputs& in);
    hal::PilotSample pilot(const process::PilotWiring& wiring) const;
    std::int64_t microvolts(int channel) const;
    std::uint64_t levels_for(Connector& outlet, const hal::Outputs& outputs, hal::Moment now);
    bool level(const Bit& bit) const { return (levels_ & mask_of(bit)) != 0; }
    const Edges& edges(const Bit& bit) const { return edges_[*bit]; }

    LinePlan plan_;
    std::unique_ptr<SpiBus> adc_bus_;
    std::optional<Mcp3208> adc_;
    units::Millivolts adc_reference_;
    std::unique_ptr<OutputLines> outputs_;
    std::unique_ptr<InputLines> inputs_;
    std::vector<Connector> outlets_;
    hal::Slot<Metered>* metered_;
    hal::Slot<Surroundings> surroundings_;
    const bool has_body_thermometer_;
    const bool has_inlet_thermometer_;
    const bool has_reader_;
    hal::Moment first_sample_{-1};

    std::uint64_t levels_ = 0;
    std::array<Edges, max_lines> edges_{};
    bool lines_valid_ = false;
    bool adc_valid_ = false;
    Pulses earth_;
    bool kick_ = false;
    std::atomic<bool> reader_reset_{false};
    std::atomic<std::uint64_t> ticks_{0};
    std::atomic<std::uint64_t> adc_troubles_{0};
    std::atomic<std::uint64_t> line_troubles_{0};
    std::atomic<std::uint64_t> pwm_troubles_{0};
};

}  // namespace devices
