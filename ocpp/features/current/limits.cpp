// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/limits.hpp"

#include "ocpp/config/keys/current.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace ocpp::features {

using namespace core;
using current::ConnectorSituation;
using current::least_offer;
using std::chrono::seconds;
using units::Milliamps;

namespace {

// A vehicle may be this far above what it was offered and still be following.
Milliamps tolerated(Milliamps offered) { return {offered.count * 11 / 10 + 500}; }

// What flows, or may begin to flow at any moment.
Milliamps measured(const hal::Reading& reading) {
    if (!reading.contactor_closed) return {};
    return *std::max_element(reading.current.begin(), reading.current.end());
}

bool faulted(const hal::Reading& reading) {
    return std::any_of(reading.faults.begin(), reading.faults.end(),
                       [](const hal::Fault& fault) { return fault.prevents_charging; });
}

Milliamps milliamps(std::int32_t count) { return {count}; }

bool has_pilot(const Connector& connector) {
    return connector.info().type != hal::ConnectorType::Schuko;
}

// The current comes back late or slowly after the mains have.
bool slow(const config::Values& config) {
    return config.get(keys::power_up_random_delay) > seconds{0} ||
           config.get(keys::power_up_ramp) > seconds{0};
}

constexpr const char* mains_are_lost = "lost";  // as marks::power_up_ms

current::Session session_of(const State& state, const Connector& connector, const Now& now) {
    if (connector.transaction)
        if (const auto* record = state.ledger.find(*connector.transaction))
            return {record->started, record->id};
    return {state.clock.at(now), std::nullopt};
}

// Chance, the same for one start of the program and another for the next.
std::uint64_t chance_from(const std::string& text) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;  // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    return hash;
}

}  // namespace

void Limits::load(const Snapshot& snapshot) {
    had_run_ = !snapshot.marks.empty();
    const auto found = snapshot.marks.find(marks::hal_instance);
    if (found != snapshot.marks.end()) hal_instance_ = found->second;
    const auto kept = snapshot.marks.find(marks::power_up_ms);
    if (kept == snapshot.marks.end()) return;
    mains_lost_ = kept->second == mains_are_lost;
    const auto& text = kept->second;
    std::int64_t ms = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), ms).ec == std::errc())
        power_up_kept_ = Instant{std::chrono::milliseconds{ms}};
}

void Limits::started(const Context& ctx) {
    // Whoever managed the load may have been gone for long: never more than without it.
    constexpr seconds longest_delay{config::a_day};
    offline_since_ = ctx.now.steady - longest_delay;
    if (!power_up_kept_) return;
    // However the clock was set meanwhile, the pause does not become longer than the longest.
    power_up_ = std::min(ctx.state.clock.steady_at(ctx.now, *power_up_kept_),
                         ctx.now.steady + ctx.state.config.get(keys::power_up_random_delay));
}

void Limits::restamp(Context& ctx, const Clock::Shift& shift) {
    if (power_up_kept_) power_up_kept_ = shift.applied(*power_up_kept_);
    if (power_up_) keep_power_up(ctx);
}

Durability Limits::urgency(const State& state) {
    return slow(state.config) ? Durability::Now : Durability::Relaxed;
}

void Limits::hal_connected(Context& ctx, const std::string& instance) {
    const bool first = !std::exchange(hal_met_, true);
    if (instance == hal_instance_) return;
    hal_instance_ = instance;
    ctx.out.changes.push_back(PutMark{marks::hal_instance, instance, urgency(ctx.state)});
    // Both processes are new, and the one before this one was not asked to stop.
    if (first && had_run_ && !ctx.state.ended_cleanly) mains_back(ctx);
}

void Limits::mains_back(Context& ctx) {
    mains_lost_ = false;
    power_up_.reset();
    if (!slow(ctx.state.config)) return;
    const auto longest = ctx.state.config.get(keys::power_up_random_delay);
    const auto chance = chance_from(ctx.state.setup.message_prefix);
    power_up_ = ctx.now.steady + seconds{static_cast<std::int64_t>(
                                     chance % static_cast<std::uint64_t>(longest.count() + 1))};
    keep_power_up(ctx);
}

void Limits::keep_power_up(Context& ctx) {
    const auto at = ctx.state.clock.at(ctx.now, *power_up_).time_since_epoch().count();
    ctx.out.changes.push_back(PutMark{marks::power_up_ms, std::to_string(at), Durability::Now});
}

// The mains as the readings tell.
void Limits::watch_mains(Context& ctx) {
    bool lost = false, known = false;
    for (const auto& connector : ctx.state.connectors) {
        if (!connector.reading()) continue;
        known = true;
        lost = lost || !connector.reading()->mains;
    }
    if (!known || lost == mains_lost_) return;
    if (!lost) return mains_back(ctx);
    mains_lost_ = true;
    if (slow(ctx.state.config))
        ctx.out.changes.push_back(PutMark{marks::power_up_ms, mains_are_lost, Durability::Now});
}

std::optional<Milliamps> Limits::power_up(Context& ctx) {
    next_step_.reset();
    if (!power_up_) return std::nullopt;
    const auto& now = ctx.now;
    if (now.steady < *power_up_) {
        next_step_ = power_up_;
        return Milliamps{};
    }
    const auto ramp = ctx.state.config.get(keys::power_up_ramp);
    const auto elapsed = std::chrono::floor<seconds>(now.steady - *power_up_);
    if (elapsed >= ramp) {
        power_up_.reset();
        if (!mains_lost_)
            ctx.out.changes.push_back(PutMark{marks::power_up_ms, "", Durability::Relaxed});
        return std::nullopt;
    }
    next_step_ = *power_up_ + elapsed + seconds{1};
    const auto full = ctx.state.config.get(keys::max_current)[0];
    return Milliamps{least_offer.count + std::max<std::int64_t>(0, full - least_offer.count) *
                                             elapsed.count() / ramp.count()};
}

void Limits::disconnected(const Context& ctx) {
    if (!offline_since_) offline_since_ = ctx.now.steady;
    ask_at_.reset();
}

// A connection counts as one when somebody at its other end has spoken.
void Limits::listen(Context& ctx) {
    auto& state = ctx.state;
    if (!offline_since_ || !state.online()) return;
    if (!ctx.out.received.empty()) {
        offline_since_.reset();
        return;
    }
    const auto& offline = state.config.get(keys::installation_offline_current);
    const auto& full = state.config.get(keys::max_current);
    bool less = offline[0] < full[0];
    for (const auto& connector : state.connectors)
        less = less || offline[connector.id()] < full[connector.id()];
    if (!less || !ask_at_ || *ask_at_ > ctx.now.steady) return;
    // Else nobody may have a reason to speak until the next heartbeat.
    ask_at_ = ctx.now.steady + ask_again;
    if (state.outbox.idle() && state.ledger.empty()) state.outbox.put(wire::HeartbeatRequest{});
}

// What the outlet does with what it was offered.
void Limits::follow(const Connector& connector, Course& course, const Now& now) {
    const auto& reading = *connector.reading();
    const auto flowing = measured(reading);
    const bool first = !std::exchange(course.known, true);
    if (first) {
        course.offered = course.held = reading.pwm || reading.contactor_closed
                                           ? std::max(reading.offered, flowing)
                                           : Milliamps{};
        course.phases = course.held_phases = reading.phases;
    }
    const bool charging = connector.stage() == Stage::Running && connector.plugged() &&
                          !connector.suspended() && !connector.hal_lost() && !faulted(reading);
    if (charging && !course.charging) {
        course.asked = now.steady;
        // Who was charging when this program began goes before all others.
        course.queue = first && reading.contactor_closed ? 0 : ++last_in_queue_;
    }
    if (!charging) course.drawn = {};
    course.charging = charging;
    // Who is offered nothing can't ask.
    if (reading.ev_requests || course.offered < least_offer) course.asked = now.steady;
    course.drawn = std::max(course.drawn, flowing);
    // It has followed a smaller offer as soon as no more flows.
    const bool follows = flowing <= tolerated(course.offered) && reading.offered <= course.offered;
    course.held = follows ? course.offered
                          : std::max(course.offered,
                                     std::min(course.held, std::max(flowing, reading.offered)));
    // Nothing keeps what hangs on an outlet without a pilot to any offer.
    if (!has_pilot(connector)) course.held = std::max(course.held, flowing);
    if (follows) course.held_phases = reading.contactor_closed ? reading.phases : course.phases;
}

ConnectorSituation Limits::facts_of(const State& state, const Connector& connector,
                                    const Now& now) const {
    const auto& config = state.config;
    const auto& course = courses_[static_cast<std::size_t>(connector.id()) - 1];
    const auto& reading = connector.reading();
    const int id = connector.id();
    ConnectorSituation facts;
    facts.connector = id;
    facts.rating = connector.info().max_current;
    facts.installation = milliamps(config.get(keys::installation_current)[id]);
    facts.user = milliamps(config.get(keys::user_current_limit)[id]);
    facts.assigned = milliamps(config.get(keys::assigned_current)[id]);
    facts.temperature = reading ? reading->temperature_limit : facts.rating;
    facts.cable = reading ? reading->cable_limit : facts.rating;
    facts.wired = connector.info().phases;
    const auto phases_of = [id](const auto& key) { return std::min(key[0], key[id]); };
    facts.installation_phases = phases_of(config.get(keys::installation_phases));
    facts.assigned_phases = phases_of(config.get(keys::assigned_phase));
    facts.session = session_of(state, connector, now);
    facts.charging = course.charging;
    facts.draws = now.steady < course.asked + idle_after;
    facts.queue = course.queue;
    facts.has_pilot = has_pilot(connector);
    facts.drawn = course.drawn;
    facts.held = course.held;
    facts.held_phases = course.held_phases;
    return facts;
}

ConnectorSituation Limits::facts_of_whole(const State& state) const {
    const auto& config = state.config;
    ConnectorSituation facts;
    facts.rating = milliamps(config.get(keys::max_current)[0]);
    facts.installation = milliamps(config.get(keys::installation_current)[0]);
    facts.user = milliamps(config.get(keys::user_current_limit)[0]);
    facts.assigned = milliamps(config.get(keys::assigned_current)[0]);
    return facts;
}

Deadline Limits::falls_at(const State& state) const {
    if (!offline_since_) return std::nullopt;
    return *offline_since_ + state.config.get(keys::offline_current_delay);
}

current::Situation Limits::situation(Context& ctx) {
    auto& state = ctx.state;
    current::Situation situation;
    situation.at = ctx.utc();
    situation.whole = facts_of_whole(state);
    const auto falls = falls_at(state);
    const bool offline = falls && *falls <= ctx.now.steady;
    const auto& offline_currents = state.config.get(keys::installation_offline_current);
    const auto power_up_limit = power_up(ctx);
    if (offline) situation.whole.offline = milliamps(offline_currents[0]);
    for (const auto& connector : state.connectors) {
        auto& facts = situation.connectors.emplace_back(facts_of(state, connector, ctx.now));
        if (offline) facts.offline = milliamps(offline_currents[connector.id()]);
        facts.power_up = power_up_limit;
    }
    return situation;
}

// Who was served goes to the end of the queue, in the order in which it was served.
void Limits::end_turn(const Now& now) {
    if (!turn_ends_ || now.steady < *turn_ends_) return;
    turn_ends_.reset();
    std::vector<Course*> served;
    for (auto& course : courses_)
        if (course.served) served.push_back(&course);
    std::stable_sort(served.begin(), served.end(),
                     [](const Course* a, const Course* b) { return a->queue < b->queue; });
    for (auto* course : served) course->queue = ++last_in_queue_;
}

void Limits::count_turns(const Now& now) {
    for (std::size_t i = 0; i < courses_.size(); ++i) {
        auto& course = courses_[i];
        const bool served = course.charging && offers_.connectors[i].share.count > 0;
        // Whoever has lost its share does not take it back at once from who has it now.
        if (std::exchange(course.served, served) && !served) course.queue = ++last_in_queue_;
    }
    if (!offers_.turns)
        turn_ends_.reset();
    else if (!turn_ends_)
        turn_ends_ = now.steady + current::turn_length;
}

void Limits::advance(Context& ctx, const current::Profiles& profiles) {
    auto& connectors = ctx.state.connectors;
    courses_.resize(connectors.size());
    listen(ctx);
    watch_mains(ctx);
    for (std::size_t i = 0; i < connectors.size(); ++i)
        if (connectors[i].reading()) follow(connectors[i], courses_[i], ctx.now);
    end_turn(ctx.now);
    offers_ = current::offers_now(profiles, situation(ctx));
    count_turns(ctx.now);
    for (std::size_t i = 0; i < connectors.size(); ++i) {
        const auto& offer = offers_.connectors[i];
        auto& course = courses_[i];
        if (!course.known) continue;
        // A session that is interrupted takes no share; that is no pause of ours.
        const auto share = course.charging ? offer.share : offer.binding.current;
        connectors[i].limit(share, offer.current, offer.phases, ctx.now);
        course.offered = course.charging ? offer.current : Milliamps{};
        course.phases = offer.phases;
        if (course.offered >= course.held) {
            course.held = course.offered;
            course.held_phases = course.phases;
        }
    }
    plan_waking(ctx);
}

void Limits::plan_waking(const Context& ctx) {
    wake_at_ = next_step_;
    if (offers_.until)
        wake_at_ = earlier(wake_at_, ctx.state.clock.steady_at(ctx.now, *offers_.until));
    const auto soon = [&](std::chrono::steady_clock::time_point at) {
        if (at > ctx.now.steady) wake_at_ = earlier(wake_at_, at);
    };
    if (const auto falls = falls_at(ctx.state)) soon(*falls);
    if (offline_since_ && ask_at_ && ctx.state.online()) soon(*ask_at_);
    wake_at_ = earlier(wake_at_, turn_ends_);
    for (const auto& course : courses_)
        if (course.charging) soon(course.asked + idle_after);
}

}  // namespace ocpp::features
