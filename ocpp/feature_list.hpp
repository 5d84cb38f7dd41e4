// SPDX-License-Identifier: Apache-2.0
#pragma once
// The list of all features. Its order is the order of advance: a feature that makes something
// possible comes before the one that uses it, so that both happen in one step. A new feature is a
// member and a name in for_each_feature; a name too few does not compile.

#include "ocpp/core/context.hpp"
#include "ocpp/features/current/current_limit.hpp"
#include "ocpp/features/current/mains.hpp"
#include "ocpp/features/current/presence.hpp"
#include "ocpp/features/current/smart_charging.hpp"
#include "ocpp/features/drivers/authorization.hpp"
#include "ocpp/features/drivers/availability.hpp"
#include "ocpp/features/drivers/free_charging.hpp"
#include "ocpp/features/drivers/remote_control.hpp"
#include "ocpp/features/drivers/reservation.hpp"
#include "ocpp/features/drivers/transactions.hpp"
#include "ocpp/features/drivers/unlocking.hpp"
#include "ocpp/features/drivers/visits.hpp"
#include "ocpp/features/reports/metering.hpp"
#include "ocpp/features/reports/status_notification.hpp"
#include "ocpp/features/security/certificates.hpp"
#include "ocpp/features/security/enclosure.hpp"
#include "ocpp/features/security/own_certificate.hpp"
#include "ocpp/features/security/signing_request.hpp"
#include "ocpp/features/station/candidate.hpp"
#include "ocpp/features/station/configuration.hpp"
#include "ocpp/features/station/factory_reset.hpp"
#include "ocpp/features/station/management_interface.hpp"
#include "ocpp/features/station/registration.hpp"
#include "ocpp/features/station/remote_debug.hpp"
#include "ocpp/features/station/reset.hpp"
#include "ocpp/features/station/supervision.hpp"
#include "ocpp/features/station/wifi.hpp"

#include <type_traits>

namespace ocpp {

struct FeatureList {
    explicit FeatureList(std::size_t connectors) : current_limit(connectors), status(connectors) {}

    // A reset asks transactions to end, and they do so in the same step.
    features::FactoryReset factory_reset;
    // Permission comes before the transaction that needs it, a tag's before that of FreeCharging.
    features::Authorization authorization;
    features::FreeCharging free_charging;
    // Transactions begin and end here. The features below use the outcome: which profiles count,
    // which connectors charge, what is unlocked, taken out of service, measured and told.
    features::Transactions transactions;
    // The profile of a remote start becomes that of its transaction before limits are computed.
    features::SmartCharging smart_charging;
    // Both are inputs of the limits.
    features::Presence presence;
    features::Mains mains;
    features::CurrentLimit current_limit;
    // The next three are independent of each other; the status is computed from their results.
    features::Unlocking unlocking;
    features::Availability availability;
    features::Reserving reserving;
    // Values of the begin of a transaction belong to the step in which it began.
    features::Metering metering;
    // A candidate that is given up registers anew over the way back.
    features::Candidate candidate;
    // How a candidate has ended decides which certificate is presented; one that ends soon is
    // asked for anew.
    features::OwnCertificate own_certificate;
    features::SigningRequest signing_request;
    // A profile that was proven in this step opens the local page for a while.
    features::ManagementInterface management_interface;
    // It looks at the readings only.
    features::Enclosure enclosure;
    // Over another network the link is built anew, too.
    features::Wifi wifi;
    // The next three only send for themselves. They are independent of all others.
    features::Registration registration;
    features::Supervision supervision;
    features::RemoteDebug remote_debug;
    // The status is compared with what the central system knows when all else has happened.
    features::StatusNotification status;
    // These act only when they are called.
    features::Visits visits;
    features::RemoteControl remote_control;
    features::Reset reset;
    features::Configuration configuration;
    features::Certificates certificates;
};

template <class List, class Visitor>
requires std::is_same_v<std::remove_const_t<List>, FeatureList>
constexpr void for_each_feature(List& list, Visitor&& visit) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa] = list;
    const auto all = [&](auto&... feature) { (visit(feature), ...); };
    all(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa);
}

// The moment at which the feature wants to be asked again. Each feature knows it from another
// source; one that has a wake_at which none of the three can call does not compile.
template <class Feature>
core::Deadline wake_at_of(const Feature& feature, const core::State& state, const core::Now& now) {
    if constexpr (requires { feature.wake_at(); })
        return feature.wake_at();
    else if constexpr (requires { feature.wake_at(state); })
        return feature.wake_at(state);
    else if constexpr (requires { feature.wake_at(now); })
        return feature.wake_at(now);
    else
        static_assert(!requires { &Feature::wake_at; });
    return std::nullopt;
}

template <class Feature>
void restamp_one(Feature& feature, core::Context& ctx, const core::Clock::Shift& shift) {
    if constexpr (requires { feature.restamp(ctx, shift); })
        feature.restamp(ctx, shift);
    else if constexpr (requires { feature.restamp(shift); })
        feature.restamp(shift);
    else if constexpr (requires { feature.restamp(); })
        feature.restamp();
    else
        static_assert(!requires { &Feature::restamp; });
}

template <class Feature>
void connected_one(Feature& feature, core::Context& ctx) {
    if constexpr (requires { feature.connected(ctx); })
        feature.connected(ctx);
    else
        static_assert(!requires { &Feature::connected; });
}

template <class Feature>
void disconnected_one(Feature& feature, core::Context& ctx) {
    if constexpr (requires { feature.disconnected(ctx); })
        feature.disconnected(ctx);
    else if constexpr (requires { feature.disconnected(); })
        feature.disconnected();
    else
        static_assert(!requires { &Feature::disconnected; });
}

}  // namespace ocpp
