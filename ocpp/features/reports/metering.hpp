// SPDX-License-Identifier: Apache-2.0
#pragma once
// MeterValues are sent every MeterValueSampleInterval of a transaction, and at even times of the
// day: OCPP 1.6 3.16, 4.7.

#include "ocpp/core/context.hpp"

#include <map>

namespace ocpp::features {

class Metering {
public:
    void advance(core::Context& ctx);
    // TriggerMessage: the newest values of one connector. False: there are none, or no room.
    bool triggered(core::Context& ctx, const core::Connector& connector);
    core::Deadline wake_at(const core::Now& now) const;

private:
    // Uses the steady clock of the machine: a delayed process must not shift the sampling grid.
    struct Series {
        std::int64_t transaction;
        std::chrono::seconds interval;
        core::Instant next;
        std::chrono::steady_clock::time_point due;
    };
    void sampled(core::Context& ctx, const core::Connector& connector);
    void aligned(core::Context& ctx);
    void begin_data(core::Context& ctx, const core::Connector& connector) const;
    void keep_data(core::Context& ctx, const core::Connector& connector,
                   std::string_view measurands, wire::ReadingContext context, core::Instant at);
    void send(core::Context& ctx, const core::Connector& connector, std::string_view measurands,
              wire::ReadingContext context, core::Instant at);
    void queue(core::Context& ctx, std::int64_t transaction,
               const wire::MeterValuesRequest& request) const;
    core::Instant stamp(core::Context& ctx, const core::Connector& connector,
                        core::Instant at) const;

    std::map<int, Series> series_;  // by connector, while it has a transaction
    std::chrono::seconds aligned_interval_{0};
    core::Instant aligned_next_;
    core::Deadline aligned_due_;
};

}  // namespace ocpp::features
