// SPDX-License-Identifier: Apache-2.0
#include "ocpp/charge_point.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/config/key_table.hpp"
#include "ocpp/config/keys/current.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/config/keys/station.hpp"
#include "ocpp/features/reports/indication.hpp"
#include "ocpp/features/station/data_transfer.hpp"
#include "ocpp/features/station/timekeeping.hpp"
#include "ocpp/parts.hpp"

namespace ocpp {

using namespace core;

namespace {

template <class Feature>
void advance_feature(Parts&, Context& ctx, Feature& feature) {
    if constexpr (requires { feature.advance(ctx); })
        feature.advance(ctx);
    else
        static_assert(!requires { &Feature::advance; });
}

void advance_feature(Parts& parts, Context& ctx, features::FactoryReset& factory_reset) {
    if (factory_reset.due(ctx)) parts.reset_to_factory(ctx);
}

void advance_feature(Parts& parts, Context& ctx, features::CurrentLimit& current_limit) {
    const auto& power_up = parts.mains.power_up();
    current_limit.advance(ctx, parts.smart_charging.profiles(),
                          {.unmanaged = parts.presence.unmanaged(parts.core, ctx.now),
                           .unmanaged_from = parts.presence.unmanaged_from(parts.core),
                           .power_up = power_up.limit(),
                           .power_up_until = power_up.wake_at()});
}

void advance_feature(Parts& parts, Context& ctx, features::OwnCertificate& own) {
    own.advance(ctx, parts.presents_certificate() && !parts.candidate.certificate());
    if (parts.presents_certificate() && ctx.state.online() && own.renewal_due(ctx) &&
        !parts.signing_request.begin(ctx, false))
        own.renewal_asked(ctx);
}

void advance_feature(Parts& parts, Context& ctx, features::Supervision& supervision) {
    if (supervision.advance(ctx))
        parts.reset.begin(ctx, RestartKind::Soft, "nothing heard of the central system");
}

}  // namespace

ChargePoint::ChargePoint(Setup setup, Snapshot snapshot)
    : parts_(std::make_unique<Parts>(std::move(setup), std::move(snapshot))) {}
ChargePoint::~ChargePoint() = default;
ChargePoint::ChargePoint(const ChargePoint& other)
    : parts_(std::make_unique<Parts>(*other.parts_)) {}
ChargePoint::ChargePoint(ChargePoint&&) noexcept = default;

Outcome ChargePoint::step(const Event& event, const Now& now) {
    Outcome out;
    Context ctx{now, parts_->core, out};
    parts_->restamp(ctx, features::notice_clock(ctx));
    std::visit([&](const auto& e) { parts_->on(ctx, e); }, event);
    features::tell_time_set(ctx);
    parts_->advance(ctx);
    parts_->send(ctx);
    parts_->wish(ctx);
    parts_->visits.keep(ctx);
    features::keep_time(ctx);
    out.wake_at = parts_->wake_at(now);
    // A value that is written again as it is costs nothing.
    std::erase_if(out.changes, [this](const Change& change) {
        const auto* put = std::get_if<Put>(&change);
        if (put == nullptr || put->kind != Kind::Key) return false;
        // A secret is compared with nothing.
        if (const auto* key = config::key_of(put->name); key != nullptr && key->rules.secret)
            return false;
        const auto& keys = parts_->kept[Kind::Key];
        const auto known = keys.find(put->name);
        return known != keys.end() && known->second == put->value;
    });
    for (const auto& change : out.changes) follow_change(change, parts_->kept);
    return out;
}

Snapshot ChargePoint::snapshot() const {
    const auto& state = parts_->core;
    Snapshot snapshot;
    state.ledger.save(snapshot);
    snapshot.connectors.push_back(state.whole);
    for (const auto& connector : state.connectors) snapshot.connectors.push_back(connector.record);
    snapshot.texts = parts_->kept;
    snapshot.tags = state.cache.all();
    return snapshot;
}

void Parts::restamp(Context& ctx, const std::optional<Clock::Shift>& shift) {
    if (!shift) return;
    core.ledger.restamp(*shift, ctx.out);
    SecurityEvents::restamp(ctx, *shift, kept[Kind::SecurityEvent]);
    for_each_feature(list(), [&](auto& feature) { restamp_one(feature, ctx, *shift); });
}

void Parts::on(Context& ctx, const Started&) {
    for (auto& connector : core.connectors) connector.started(ctx.now);
    core.security_events.started(ctx);
    for (const auto& complaint : complaints)
        ctx.note(Severity::Warning, "configuration",
                 "a stored value is not legal any more and was left out: " + complaint);
    management_interface.started(ctx);
    transactions.started(ctx);
    candidate.started(ctx);
    wifi.started(ctx);
    mains.started(ctx);
    presence.started(ctx);
    supervision.heard(ctx);
    certificates.started(ctx, kept);
    own_certificate.started(ctx, kept);
    signing_request.started(ctx);
    // Until the next orderly stop, an end is a cut. Urgent only if there is something to cut off.
    const auto durability =
        core.ledger.transactions().empty() ? features::PowerUp::urgency(core) : Durability::Now;
    if (core.ended_cleanly)
        ctx.out.changes.push_back(Put{Kind::Mark, marks::clean_stop, "0", durability});
}

// Once for each boot of the machine, when what the power cut has done is known and kept: a crash
// before that must find the power cut again, and a crash afterwards must not.
void Parts::keep_boot(Context& ctx) {
    const auto boot = kept[Kind::Mark].find(marks::boot_id);
    if (boot != kept[Kind::Mark].end() && boot->second == core.setup.boot_id) return;
    for (const auto& connector : core.connectors)
        if (!connector.reading()) return;
    ctx.out.changes.push_back(Put{Kind::Mark, marks::boot_id, core.setup.boot_id, Durability::Now});
}

void Parts::on(Context& ctx, const Connected& link) {
    core.connected = true;
    core.proven_until = link.proven_until;
    certificates.verified_by(link.anchor);
    core.ledger.connected();
    core.security_events.connection_works(ctx);
    for_each_feature(list(), [&](auto& feature) { connected_one(feature, ctx); });
}

void Parts::on(Context& ctx, const Disconnected& link) {
    core.connected = false;
    core.proven_until.reset();
    constexpr int message_too_big = 1009;  // RFC 6455 7.4.1
    for (const auto& call : core.mailbox.connection_lost(link.close_code == message_too_big))
        unanswered(ctx, call, Delivery::Lost, "the connection is gone: " + link.reason);
    for_each_feature(list(), [&](auto& feature) { disconnected_one(feature, ctx); });
}

void Parts::on(Context& ctx, const DialFailed& failure) {
    if (failure.problem == DialProblem::CertificateRefused && presents_certificate() &&
        !candidate.certificate())
        own_certificate.refused_by_central_system();
    candidate.dial_failed(ctx, failure);
    core.security_events.dial_failed(ctx, failure);
}

void Parts::on(Context& ctx, const HalConnected& hal) {
    if (!core.hal_instance.empty() && core.hal_instance != hal.hello.instance.value) {
        ctx.note(Severity::Warning, "hal", "chargepoint-hald has begun anew");
        for (auto& connector : core.connectors) connector.hal_restarted();
    }
    core.hal_instance = hal.hello.instance.value;
    mains.hal_connected(ctx, core.hal_instance);
}

void Parts::on(Context& ctx, const HalDisconnected& hal) {
    ctx.note(Severity::Warning, "hal", "chargepoint-hald is gone: " + hal.reason);
    factory_reset.hal_lost();
}

void Parts::on(Context& ctx, const hal::Reading& reading) {
    auto* connector = core.connector(reading.connector);
    if (connector == nullptr) return;
    if (!connector->reading()) visits.found(ctx, *connector, reading);
    const auto sensed =
        connector->sense(reading, core.outlives_vehicle(reading.connector), ctx.now);
    transactions.seen(ctx, *connector, sensed.effect);
    factory_reset.seen(ctx, reading);
    if (mains.seen(ctx)) reset.begin(ctx, RestartKind::Soft, "the mains were lost and are back");
    if (sensed.plugged_in) authorization.plugged_in(ctx, *connector);
    keep_boot(ctx);
}

void Parts::on(Context& ctx, const hal::TagRead& tag) { authorization.tag_read(ctx, tag); }

void Parts::on(Context& ctx, const hal::WeldChecked& check) {
    features::tell_weld_check(ctx, check);
}

void Parts::on(Context&, const Woken&) {}

void Parts::on(Context& ctx, const KeyWritten& key) {
    ctx.out.answer = shared::name_of(change_key(ctx, key.name, key.value));
}

void Parts::on(Context& ctx, const CertificateGiven& given) {
    ctx.out.answer = certificates.install(ctx, given.type, given.pem);
}

void Parts::on(Context& ctx, const CertificateDropped& dropped) {
    ctx.out.answer = certificates.remove(ctx, dropped.number, presented_chain());
}

void Parts::on(Context& ctx, const LogHeard& heard) { remote_debug.heard(ctx, heard.log); }

void Parts::on(Context& ctx, const ResetFailed& failure) { status.reset_failed(ctx, failure.why); }

void Parts::on(Context& ctx, const RoomJudged& room) {
    if (room.exhausted.empty())
        core.security_events.cause_ended(ctx, SecurityEvent::MemoryExhaustion);
    else
        core.security_events.cause_began(ctx, SecurityEvent::MemoryExhaustion, room.exhausted);
}

void Parts::on(Context& ctx, const FactoryResetAsked&) {
    ctx.out.answer = reset_to_factory(ctx) ? "Accepted" : "Rejected";
}

void Parts::on(Context& ctx, const SecurityProfileSet& asked) {
    ctx.out.answer = shared::name_of(candidate.set_profile(ctx, asked.profile, installed(ctx)));
}

void Parts::on(Context& ctx, const KeyMade& made) { signing_request.made(ctx, made); }

void Parts::on(Context& ctx, const KeyFailed& failure) { signing_request.failed(ctx, failure); }
void Parts::on(Context& ctx, const WifiSeen& seen) { wifi.seen(ctx, seen); }

void Parts::on(Context& ctx, const WifiFailed& failure) { wifi.failed(ctx, failure); }

void Parts::on(Context& ctx, const StopAsked&) {
    transactions.keep_all(ctx);
    ctx.out.changes.push_back(Put{Kind::Mark, marks::clean_stop, "1", Durability::Now});
}

// Does what time and the event have made possible, in the order of the list of features.
void Parts::advance(Context& ctx) {
    if (const auto late = core.mailbox.time_out(ctx.now))
        unanswered(ctx, *late, Delivery::Silent, "no answer within MessageTimeout");
    for (auto& connector : core.connectors) connector.listen(ctx.now);
    for_each_feature(list(), [&](auto& feature) { advance_feature(*this, ctx, feature); });
}

void Parts::send(Context& ctx) {
    if (core.connected) {
        using enum wire::RegistrationStatus;
        const auto permit = core.accepted()                ? Permit::WhenAccepted
                            : core.registration == Pending ? Permit::WhenTriggered
                                                           : Permit::Always;
        // OCPP 1.6 5.18: what an unlocking has caused is told after its answer.
        core.mailbox.hold(unlocking.waiting());
        status.renew_waiting(ctx);
        core.mailbox.send_next(permit, core.config.get(keys::message_timeout), core.ledger, ctx.now,
                               ctx.out);
        remote_debug.send(ctx);
    }
    reset.finish(ctx);
    // The central system may have written something since it began.
    if (ctx.out.restart && factory_reset.begun()) clear_to_factory(ctx);
}

void Parts::wish(Context& ctx) {
    std::vector<hal::Setpoint> wishes;
    wishes.reserve(core.connectors.size());
    // A connector that has not been seen yet gets no wish: a daemon that was started anew must not
    // interrupt a session before it knows that the session goes on. Nor do the others get one that
    // counts on what this one may still draw.
    for (const auto& connector : core.connectors)
        if (!connector.reading() && !connector.hal_lost()) return;
    for (const auto& connector : core.connectors) {
        if (!connector.reading()) continue;
        auto wish = connector.setpoint(core.setup.lease);
        wish.wake_up = core.config.get(keys::wakeup_enable);
        const units::Milliamps fuse{core.config.get(keys::installation_current)[connector.id()]};
        wish.indication = features::indication_of(
            connector, wish, std::min(connector.info().max_current, fuse), ctx.now);
        wishes.push_back(wish);
    }
    if (wishes != wished) {
        wished = wishes;
        ctx.out.setpoints = std::move(wishes);
    }
    const hal::Panel panel{core.config.get(keys::light_intensity),
                           core.config.get(keys::downlight)};
    if (panel_wished == panel) return;
    panel_wished = panel;
    ctx.out.panel = panel;
}

Deadline Parts::wake_at(const Now& now) const {
    Deadline next = core.mailbox.wake_at(core.online(), core.ledger);
    for_each_feature(
        list(), [&](const auto& feature) { next = earlier(next, wake_at_of(feature, core, now)); });
    for (const auto& connector : core.connectors) next = earlier(next, connector.wake_at(now));
    return next;
}

const shared::Levels& ChargePoint::log_wanted() const {
    return parts_->remote_debug.wanted(parts_->core);
}

std::vector<security::Certificate> ChargePoint::anchors() const {
    return parts_->certificates.installed(wire::CertificateUse::CentralSystemRootCertificate);
}

}  // namespace ocpp
