// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/timekeeping.hpp"

#include "hal-service/shared/text.hpp"

namespace ocpp::features {

using namespace core;
using std::chrono::milliseconds;

namespace {

// A heartbeat alone writes nothing to the disk.
constexpr std::chrono::hours floor_moved_far{24};

std::optional<milliseconds> stored(const Snapshot& snapshot, const char* name) {
    const auto& kept = snapshot.texts[Kind::Mark];
    const auto found = kept.find(name);
    if (found == kept.end()) return std::nullopt;
    const auto value = shared::integer_from<std::int64_t>(found->second);
    return value ? std::optional{milliseconds{*value}} : std::nullopt;
}

void keep(Context& ctx, const char* name, std::optional<milliseconds> value) {
    ctx.out.changes.push_back(
        Put{Kind::Mark, name, value ? std::to_string(value->count()) : "", Durability::Relaxed});
}

void keep_floor(Context& ctx, Durability durability) {
    auto& floor = ctx.state.time_floor;
    floor.keep();
    ctx.out.changes.push_back(Put{Kind::Mark, marks::time_floor_ms,
                                  std::to_string(floor.at().time_since_epoch().count()),
                                  durability});
}

void keep_clock(Context& ctx) {
    const auto& clock = ctx.state.clock;
    keep(ctx, marks::clock_offset_ms, clock.offset());
    keep(ctx, marks::clock_set_at_ms, clock.set_at());
    keep(ctx, marks::doubted_since_ms,
         clock.doubted_since() ? std::optional{clock.doubted_since()->time_since_epoch()}
                               : std::nullopt);
}

std::optional<Clock::Shift> correction(Context& ctx) {
    const auto shift = ctx.state.clock.take_shift();
    if (shift)
        ctx.note(Severity::Info, "clock",
                 "the time is known now: what was stamped since " +
                     wire::DateTime{shift->since}.to_text() + " is moved by " +
                     std::to_string(shift->by.count()) + " ms",
                 {{"shift_ms", shift->by.count()}});
    return shift;
}

}  // namespace

Clock clock_from(const Snapshot& snapshot) {
    Clock::Saved kept;
    kept.offset = stored(snapshot, marks::clock_offset_ms).value_or(milliseconds{0});
    // Clamped like an instant, so that no difference overflows.
    if (const auto set_at = stored(snapshot, marks::clock_set_at_ms))
        kept.set_at = instant_from(set_at->count()).time_since_epoch();
    if (const auto floor = stored(snapshot, marks::kept_at_ms))
        kept.floor = instant_from(floor->count());
    if (const auto since = stored(snapshot, marks::doubted_since_ms))
        kept.doubted_since = instant_from(since->count());
    return Clock(kept);
}

TimeFloor time_floor_from(const Snapshot& snapshot) {
    const auto kept = stored(snapshot, marks::time_floor_ms);
    return kept ? TimeFloor(instant_from(kept->count())) : TimeFloor();
}

std::optional<Clock::Shift> notice_clock(Context& ctx) {
    auto& clock = ctx.state.clock;
    const bool doubted = clock.doubted_since().has_value();
    const auto offset = clock.offset();
    if (const auto step = clock.notice_step(ctx.now)) {
        ctx.facts.time_set += *step + clock.offset() - offset;
        ctx.note(Severity::Warning, "clock",
                 "the machine's clock was set by " + std::to_string(step->count()) +
                     " ms; the time of the charge point goes on evenly",
                 {{"step_ms", step->count()}});
    }
    if (!doubted && clock.doubted_since())
        ctx.note(Severity::Warning, "clock",
                 "the machine does not know the time; what happens is stamped as if it were " +
                     wire::DateTime{ctx.utc()}.to_text() + " until somebody tells it");
    if (clock.offset() != offset || doubted != clock.doubted_since().has_value()) keep_clock(ctx);
    return correction(ctx);
}

std::optional<Clock::Shift> follow_clock(Context& ctx, Instant server) {
    if (server < Clock::earliest_believed)
        ctx.note(Severity::Warning, "clock",
                 "the central system's time is not believed: " + wire::DateTime{server}.to_text());
    auto& floor = ctx.state.time_floor;
    floor.told(server, ctx.now, ctx.state.proven_until);
    if (std::chrono::abs(floor.at() - floor.kept()) >= floor_moved_far)
        keep_floor(ctx, Durability::Now);
    const bool set = ctx.state.clock.set_at().has_value();
    const auto before = ctx.state.clock.offset();
    const bool followed = ctx.state.clock.follow(server, ctx.now);
    ctx.facts.time_set += ctx.state.clock.offset() - before;
    if (!followed && !set && ctx.state.clock.set_at()) keep_clock(ctx);
    if (const auto& jump = ctx.state.clock.unconfirmed())
        ctx.note(Severity::Warning, "clock",
                 "the central system's time is not believed until it is told again: " +
                     wire::DateTime{server}.to_text(),
                 {{"jump_ms", jump->count()}});
    if (!followed) return std::nullopt;
    keep_clock(ctx);
    const auto offset = ctx.state.clock.offset().count();
    ctx.note(
        Severity::Info, "clock",
        "the central system's clock is " + std::to_string(offset) + " ms ahead of the machine's",
        {{"offset_ms", offset}});
    return correction(ctx);
}

void tell_time_set(Context& ctx) {
    const auto by = std::chrono::duration_cast<std::chrono::seconds>(ctx.facts.time_set);
    if (std::chrono::abs(by) <= SecurityEvents::reported_time_change) return;
    ctx.state.security_events.happened(
        ctx, SecurityEvent::SettingSystemTime,
        "by " + std::to_string(by.count()) + " s to " + wire::DateTime{ctx.utc()}.to_text());
}

void keep_time(Context& ctx) {
    auto& changes = ctx.out.changes;
    if (changes.empty()) return;
    if (ctx.state.time_floor.at() != ctx.state.time_floor.kept())
        keep_floor(ctx, Durability::Relaxed);
    const auto time = std::to_string(ctx.utc().time_since_epoch().count());
    // In front, so that whatever is durable takes it along.
    changes.insert(changes.begin(), Put{Kind::Mark, marks::kept_at_ms, time, Durability::Relaxed});
}

}  // namespace ocpp::features
