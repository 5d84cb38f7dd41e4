// SPDX-License-Identifier: Apache-2.0
#pragma once
// Transactions begin when a session is ready and end when its contactors have opened: OCPP 1.6 4.8,
// 4.10. A transaction that a restart cut off is taken up again, or ended when it was last seen.

#include "ocpp/core/context.hpp"
#include "ocpp/wire/answers.hpp"

#include <set>

namespace ocpp::features {

class Transactions {
public:
    // How long a transaction from before a restart waits for the HAL to tell whether its vehicle
    // is still there.
    static constexpr std::chrono::seconds reunion_time{60};

    void started(core::Context& ctx);
    // A reading of this connector has been sensed.
    void seen(core::Context& ctx, core::Connector& connector, core::Effect effect);
    // Carries out what the connectors are ready for, until nothing is left to do.
    void advance(core::Context& ctx);

    void answered(core::Context& ctx, const wire::StartTransactionAnswer& answer);
    // The start was given up, and is answered all the same.
    void answered_late(core::Context& ctx, std::int64_t transaction,
                       const wire::StartTransactionAnswer& answer);
    // The machine or the program is about to end.
    void keep_all(core::Context& ctx);

    core::Deadline wake_at() const;

private:
    bool advance(core::Context& ctx, core::Connector& connector);
    void enforce_refusal(core::Context& ctx, core::Connector& connector);
    void begin(core::Context& ctx, core::Connector& connector);
    void begin_stop(core::Context& ctx, core::Connector& connector, wire::Reason reason,
                    const wire::IdToken& id_tag);
    std::optional<wire::MeterValue> last_values(const core::Context& ctx,
                                                const core::Connector& connector,
                                                const core::StopRecord& stop, bool cut_off) const;
    void end(core::Context& ctx, core::Connector& connector);
    void follow_hardware(core::Context& ctx, const core::Connector& connector,
                         core::TransactionRecord& record) const;
    void reunite(core::Context& ctx, core::Connector& connector);
    void end_orphan(core::Context& ctx, std::int64_t transaction, wire::Reason reason,
                    units::MilliwattHours energy);
    void judged(core::Context& ctx, core::TransactionRecord& record,
                const wire::StartTransactionAnswer& answer);
    static wire::Reason interruption_reason(const core::Context& ctx);
    void note(core::Context& ctx, core::Severity severity, std::int64_t transaction,
              std::string text) const;

    std::set<int> unseen_;  // connectors whose transaction waits for its vehicle
    // Transactions whose end had been wished for when the last run ended; when their contactors
    // opened nobody saw.
    std::set<std::int64_t> found_stopping_;
    core::Deadline reunion_until_;
};

}  // namespace ocpp::features
