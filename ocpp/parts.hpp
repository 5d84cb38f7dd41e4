// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of the charge point, for the files that make up its map: charge_point.cpp says where
// each event goes and what leaves, conversation.cpp where each call goes, answers.cpp where each
// answer goes.

#include "ocpp/charge_point.hpp"
#include "ocpp/core/context.hpp"
#include "ocpp/feature_list.hpp"
#include "ocpp/wire/frame.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp {

struct Parts : FeatureList {
    Parts(core::Setup setup, core::Snapshot snapshot);

    // --- charge_point.cpp
    void on(core::Context& ctx, const core::Started&);
    void keep_boot(core::Context& ctx);
    void on(core::Context& ctx, const core::Connected& link);
    void on(core::Context& ctx, const core::Disconnected&);
    void on(core::Context& ctx, const core::DialFailed& failure);
    void on(core::Context& ctx, const core::HalConnected& hal);
    void on(core::Context& ctx, const core::HalDisconnected& hal);
    void on(core::Context& ctx, const hal::Reading& reading);
    void on(core::Context& ctx, const hal::TagRead& tag);
    void on(core::Context& ctx, const hal::WeldChecked& check);
    void on(core::Context& ctx, const core::Woken&);
    void on(core::Context& ctx, const core::KeyWritten& key);
    void on(core::Context& ctx, const core::CertificateGiven& given);
    void on(core::Context& ctx, const core::CertificateDropped& dropped);
    void on(core::Context& ctx, const core::LogHeard& heard);
    void on(core::Context& ctx, const core::ResetFailed& failure);
    void on(core::Context& ctx, const core::RoomJudged& room);
    void on(core::Context& ctx, const core::FactoryResetAsked&);
    void on(core::Context& ctx, const core::SecurityProfileSet& asked);
    void on(core::Context& ctx, const core::KeyMade& made);
    void on(core::Context& ctx, const core::KeyFailed& failure);
    void on(core::Context& ctx, const core::WifiSeen& seen);
    void on(core::Context& ctx, const core::WifiFailed& failure);
    void on(core::Context& ctx, const core::StopAsked&);
    void advance(core::Context& ctx);
    void send(core::Context& ctx);
    void wish(core::Context& ctx);
    core::Deadline wake_at(const core::Now& now) const;
    void restamp(core::Context& ctx, const std::optional<core::Clock::Shift>& shift);
    bool reset_to_factory(core::Context& ctx);
    void clear_to_factory(core::Context& ctx);

    // --- settings.cpp
    features::Candidate::Installed installed(const core::Context& ctx) const;
    // Presents a certificate of the charge point that has just been installed, when its turn is
    // now.
    void use_certificate(core::Context& ctx, std::int64_t number);
    // The certificate of the charge point that the link presents, leaf first; empty: none.
    std::vector<security::Certificate> presented_chain() const;
    bool presents_certificate() const { return candidate.profile(core) == 3; }
    wire::ConfigurationStatus change_key(core::Context& ctx, std::string_view key,
                                         std::string_view value);

    // --- conversation.cpp
    void on(core::Context& ctx, const core::FrameReceived& frame);
    void on(core::Context& ctx, const core::Answered& answer);
    void called(core::Context& ctx, const wire::Call& call);

    // --- answers.cpp
    // The call that the frame with this id settles; nothing, and a note, when nobody asked.
    std::optional<core::Call> settled(core::Context& ctx, const std::string& id,
                                      std::string_view verb);
    void answered(core::Context& ctx, const wire::CallResult& result);
    bool answered_late(core::Context& ctx, const wire::CallResult& result);
    void answered(core::Context& ctx, const wire::CallError& error);
    void unanswered(core::Context& ctx, const core::Call& call, core::Delivery how,
                    std::string_view why);

    FeatureList& list() { return *this; }
    const FeatureList& list() const { return *this; }

    core::State core;
    std::vector<hal::Setpoint> wished;
    std::optional<hal::Panel> panel_wished;
    core::Texts kept;                     // as they are stored; the rest of that is in `core`
    std::vector<std::string> complaints;  // about what was found in the store
};

}  // namespace ocpp
