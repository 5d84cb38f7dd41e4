// SPDX-License-Identifier: Apache-2.0
#pragma once
// StatusNotification: the one place that compares what is with what the central system was told.
// OCPP 1.6 4.9.

#include "ocpp/core/context.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ocpp::features {

class StatusNotification {
public:
    explicit StatusNotification(std::size_t connectors) : told_(connectors + 1) {}

    // A report of what is has the time of the report: some central systems throw away a state that
    // seems older than the one they have. Errors that came and went keep their own time.
    void advance(core::Context& ctx);
    // A status that waited for another call to be answered is told with the time of the report.
    void renew_waiting(core::Context& ctx);
    // After a boot everything is told again.
    void registered();
    void disconnected();
    void restamp(const core::Clock::Shift& shift);
    void answered(const wire::StatusNotificationRequest& request);
    // It was not processed: an error waits for the connection, silence is told again, and a refusal
    // counts as heard.
    void failed(core::Context& ctx, const wire::StatusNotificationRequest& request,
                core::Delivery how);
    // The machine did not restart: the central system hears it as soon as it can be told.
    void reset_failed(core::Context& ctx, const std::string& why) const;
    // TriggerMessage. False: nothing is known yet, or there is no room.
    bool triggered(core::Context& ctx, int connector);
    core::Deadline wake_at() const { return wake_at_; }

    struct Shown {
        wire::ChargePointStatus status{};
        wire::ChargePointErrorCode error_code = wire::ChargePointErrorCode::NoError;
        std::string info;
        std::string vendor_error_code;
        bool operator==(const Shown&) const = default;
    };

private:
    // A status that waited for less has its time.
    static constexpr std::chrono::seconds told_late{1};

    struct Told {
        std::optional<Shown> now;  // the state now, and since when
        core::Instant since;
        std::chrono::steady_clock::time_point stable_from;
        std::optional<Shown> sent;
        core::Instant sent_at;  // the time in it
        bool in_queue = false;  // the sent one outlives the connection: it is told in the end
        std::optional<Shown> acknowledged;
        // The status that was sent before `sent`, over the same connection.
        std::optional<wire::ChargePointStatus> before;
        // The central system may not have heard the last one, or may have lost interest in it: any
        // status may follow.
        bool gap = false;
    };
    // False: there is no room.
    bool tell(core::Context& ctx, int connector, core::Permit permit);
    void follow(core::Context& ctx, int connector, std::optional<Shown> now);
    // Errors that waited for the connection and still last are news, too.
    void renew_lasting_errors(core::Context& ctx);
    bool says_what_is(const wire::StatusNotificationRequest& request) const;
    void wait_for_connection(core::Context& ctx, const wire::StatusNotificationRequest& request);
    // Nobody knows whether it was heard: it is told again, unless something newer is on its way.
    void unanswered(const wire::StatusNotificationRequest& request);
    // Brings a triggered notification of the connector up to date. False: none waits, or the table
    // has no such change.
    bool refresh_triggered(core::Context& ctx, int connector);
    static wire::StatusNotificationRequest request(const core::Context& ctx, int connector,
                                                   const Shown& shown, core::Instant at);

    std::vector<Told> told_;  // by connector, 0 first
    bool was_online_ = false;
    core::Deadline wake_at_;
};

}  // namespace ocpp::features
