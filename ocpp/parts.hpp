// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of the charge point, for the files that make up its map: charge_point.cpp says where
// each event goes and what leaves, conversation.cpp where each call and each answer goes.

#include "ocpp/charge_point.hpp"
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
#include "ocpp/features/reports/metering.hpp"
#include "ocpp/features/reports/status_notification.hpp"
#include "ocpp/features/station/configuration.hpp"
#include "ocpp/features/station/factory_reset.hpp"
#include "ocpp/features/station/registration.hpp"
#include "ocpp/features/station/remote_debug.hpp"
#include "ocpp/features/station/reset.hpp"
#include "ocpp/features/station/supervision.hpp"
#include "ocpp/wire/frame.hpp"

#include <map>
#include <vector>

namespace ocpp {

struct Parts {
    Parts(core::Setup setup, core::Snapshot snapshot);

    // --- charge_point.cpp
    void on(core::Context& ctx, const core::Started&);
    void on(core::Context& ctx, const core::Connected&);
    void on(core::Context& ctx, const core::Disconnected&);
    void on(core::Context& ctx, const core::HalConnected& hal);
    void on(core::Context& ctx, const core::HalDisconnected& hal);
    void on(core::Context& ctx, const hal::Reading& reading);
    void on(core::Context& ctx, const hal::TagRead& tag);
    void on(core::Context& ctx, const hal::WeldChecked& check);
    void on(core::Context& ctx, const core::Woken&);
    void on(core::Context& ctx, const core::KeyWritten& key);
    void on(core::Context& ctx, const core::LogHeard& heard);
    void on(core::Context& ctx, const core::ResetFailed& failure);
    void on(core::Context& ctx, const core::FactoryResetAsked&);
    void on(core::Context& ctx, const core::StopAsked&);
    void advance(core::Context& ctx);
    void send(core::Context& ctx);
    void wish(core::Context& ctx);
    core::Deadline wake_at(const core::Now& now) const;
    void restamp(core::Context& ctx, const std::optional<core::Clock::Shift>& shift);
    bool reset_to_factory(core::Context& ctx);
    void clear_to_factory(core::Context& ctx);
    wire::ConfigurationStatus change_key(core::Context& ctx, std::string_view key,
                                         std::string_view value);

    // --- conversation.cpp
    void on(core::Context& ctx, const core::FrameReceived& frame);
    void on(core::Context& ctx, const core::NetworkSeen& seen);
    void called(core::Context& ctx, const wire::Call& call);
    void answered(core::Context& ctx, const wire::CallResult& result);
    bool answered_late(core::Context& ctx, const wire::CallResult& result);
    void answered(core::Context& ctx, const wire::CallError& error);
    void unanswered(core::Context& ctx, const core::Call& call, std::string_view why,
                    bool timed_out);

    core::State core;
    features::Registration registration;
    features::Authorization authorization;
    features::Transactions transactions;
    features::Mains mains;
    features::Metering metering;
    features::StatusNotification status;
    features::Availability availability;
    features::Reserving reserving;
    features::RemoteControl remote_control;
    features::RemoteDebug remote_debug;
    features::Reset reset;
    features::FactoryReset factory_reset;
    features::Supervision supervision;
    features::Unlocking unlocking;
    features::Configuration configuration;
    features::FreeCharging free_charging;
    features::SmartCharging smart_charging;
    features::Presence presence;
    features::CurrentLimit current_limit;
    std::vector<hal::Setpoint> wished;
    std::optional<hal::Panel> panel_wished;
    core::Texts kept;                     // as they are stored; the rest of that is in `core`
    std::vector<std::string> complaints;  // about what was found in the store
};

}  // namespace ocpp
