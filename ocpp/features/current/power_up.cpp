// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/power_up.hpp"

#include "hal-service/shared/text.hpp"
#include "ocpp/config/keys/current.hpp"
#include "ocpp/current/chance.hpp"

#include <algorithm>
#include <string>

namespace ocpp::features {

using namespace core;
using std::chrono::seconds;
using units::least_offer;
using units::Milliamps;

namespace {

constexpr const char* mains_are_lost = "lost";  // as marks::power_up_ms

// True when the keys ask for a delay or a ramp.
bool wanted(const config::Values& config) {
    return config.get(keys::power_up_random_delay) > seconds{0} ||
           config.get(keys::power_up_ramp) > seconds{0};
}

}  // namespace

void PowerUp::load(const Snapshot& snapshot) {
    const auto mark = snapshot.texts[Kind::Mark].find(marks::power_up_ms);
    if (mark == snapshot.texts[Kind::Mark].end()) return;
    interrupted_ = mark->second == mains_are_lost;
    if (const auto ms = shared::integer_from<std::int64_t>(mark->second)) kept_ = instant_from(*ms);
}

void PowerUp::started(const Context& ctx) {
    if (!kept_) return;
    // However the clock was set meanwhile, the delay does not become longer than the longest one.
    delay_ends_ = std::min(ctx.state.clock.steady_at(ctx.now, *kept_),
                           ctx.now.steady + ctx.state.config.get(keys::power_up_random_delay));
}

void PowerUp::restamp(Context& ctx, const Clock::Shift& shift) {
    if (kept_) kept_ = shift.applied(*kept_);
    if (delay_ends_) keep(ctx);
}

Durability PowerUp::urgency(const State& state) {
    return wanted(state.config) ? Durability::Now : Durability::Relaxed;
}

void PowerUp::begin(Context& ctx) {
    delay_ends_.reset();
    if (!wanted(ctx.state.config)) return;
    const auto longest = ctx.state.config.get(keys::power_up_random_delay);
    const auto chance = current::chance_from(ctx.state.setup.message_prefix);
    delay_ends_ = ctx.now.steady + seconds{static_cast<std::int64_t>(
                                       chance % static_cast<std::uint64_t>(longest.count() + 1))};
    keep(ctx);
}

void PowerUp::keep(Context& ctx) {
    const auto at = ctx.state.clock.at(ctx.now, *delay_ends_).time_since_epoch().count();
    ctx.out.changes.push_back(
        Put{Kind::Mark, marks::power_up_ms, std::to_string(at), Durability::Now});
}

void PowerUp::keep_loss(Context& ctx) {
    if (wanted(ctx.state.config))
        ctx.out.changes.push_back(
            Put{Kind::Mark, marks::power_up_ms, mains_are_lost, Durability::Now});
}

void PowerUp::advance(Context& ctx, bool mains_lost) {
    next_step_.reset();
    limit_.reset();
    if (!delay_ends_) return;
    const auto& now = ctx.now;
    if (now.steady < *delay_ends_) {
        next_step_ = delay_ends_;
        limit_ = Milliamps{};
        return;
    }
    const auto ramp = ctx.state.config.get(keys::power_up_ramp);
    const auto elapsed = std::chrono::floor<seconds>(now.steady - *delay_ends_);
    if (elapsed >= ramp) {
        delay_ends_.reset();
        // A loss that was kept meanwhile must not be forgotten.
        if (!mains_lost)
            ctx.out.changes.push_back(Put{Kind::Mark, marks::power_up_ms, "", Durability::Relaxed});
        return;
    }
    next_step_ = *delay_ends_ + elapsed + seconds{1};
    const auto full = ctx.state.config.get(keys::max_current)[0];
    const auto above_least = std::max<std::int64_t>(0, full - least_offer.count);
    limit_ = Milliamps{least_offer.count + above_least * elapsed.count() / ramp.count()};
}

}  // namespace ocpp::features
