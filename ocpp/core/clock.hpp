// SPDX-License-Identifier: Apache-2.0
#pragma once
// UTC as the central system counts it: an offset to the machine's clock, which is never set
// (OCPP 1.6 4.2, 4.6).

#include "ocpp/core/step.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace ocpp::core {

// As much as is known of the time, for judging things that end, such as certificates.
struct KnownTime {
    // It is not earlier.
    Instant floor{};
    // From the machine's UTC to the true one; none until the time was learned in this run, from the
    // central system or from a machine whose clock is later than the floor.
    std::optional<std::chrono::milliseconds> offset;

    bool operator==(const KnownTime&) const = default;
};

// The latest time that is believed enough to call a certificate expired. A wrong time that comes
// too late harms stamps only; here it would lock the charge point out for ever. So the floor is set
// by a time that a verified connection tells, or that is told twice, and by no other. It is never
// later than the newest time that was told so.
class TimeFloor {
public:
    TimeFloor() = default;
    explicit TimeFloor(Instant kept) : at_(kept), kept_(kept) {}

    // The central system has told the time. `proven_until`: the end of the certificates that verify
    // the connection; none without TLS. A later time than that contradicts them: it is believed
    // when it is told again, and never raises the floor, so that the next certificates of the same
    // central system are judged by one of its own.
    void told(Instant server, const Now& now, std::optional<Instant> proven_until);

    Instant at() const { return at_; }
    // As it is in the store.
    Instant kept() const { return kept_; }
    void keep() { kept_ = at_; }
    // The time of now; none until it was believed in this run.
    std::optional<Instant> learned(const Now& now) const;
    // Somebody must ask again: a verified connection has contradicted itself.
    bool doubtful() const { return doubtful_; }

private:
    struct Told {
        Instant server;
        std::chrono::steady_clock::time_point at;  // of the machine
        Instant goes_on(std::chrono::steady_clock::time_point now) const;
    };

    Instant at_{};
    Instant kept_{};
    std::optional<Told> before_;
    std::optional<Told> learned_;
    bool doubtful_ = false;
};

class Clock {
public:
    // Answers from before the age of OCPP 1.6 say nothing about the time.
    static constexpr Instant earliest_believed{
        std::chrono::sys_days{std::chrono::year{2016} / 1 / 1}};
    // Differences below this are the network's, and would only make series of samples uneven.
    static constexpr std::chrono::milliseconds tolerated{1000};
    // An offset beyond this is that of a machine that knew no time when it was learnt.
    static constexpr std::chrono::hours plausible_offset{24};
    // Nobody plans further ahead on the steady clock. Its nanoseconds hold 292 years, and the wire
    // carries ten thousand; whoever wakes up then looks again.
    static constexpr std::chrono::hours furthest{24 * 365};
    // A longer jump, once the central system has told the time, is believed when a second answer
    // tells the same.
    static constexpr std::chrono::hours believed_at_once{1};
    // Two answers that differ by less tell the same jump.
    static constexpr std::chrono::minutes agreement{1};

    struct Saved {
        std::chrono::milliseconds offset{0};
        // The time at the last thing that was kept: it cannot be earlier now.
        Instant floor = earliest_believed;
        // Stamps from this time on were made without knowing the time.
        std::optional<Instant> doubted_since{};
        // As set_at(), of the run before.
        std::optional<std::chrono::milliseconds> set_at{};
    };
    // A correction: everything stamped from `since` on happened so much later.
    struct Shift {
        Instant since;
        std::chrono::milliseconds by;
        Instant applied(Instant stamp) const { return stamp < since ? stamp : stamp + by; }
    };

    Clock() = default;
    explicit Clock(const Saved& kept)
        : offset_(std::clamp<std::chrono::milliseconds>(kept.offset, -most_offset, most_offset)),
          floor_(kept.floor),
          doubted_since_(kept.doubted_since),
          set_before_(kept.set_at) {}

    Instant at(const Now& now) const {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(now.utc) + offset_;
    }
    // The time of day at another moment of the steady clock, at most `furthest` away.
    Instant at(const Now& now, std::chrono::steady_clock::time_point steady) const {
        return at(now) + std::chrono::round<std::chrono::milliseconds>(steady - now.steady);
    }
    // An instant that is further away than `furthest` counts as that far.
    std::chrono::steady_clock::time_point steady_at(const Now& now, Instant instant) const {
        return now.steady +
               std::clamp<std::chrono::milliseconds>(instant - at(now), -furthest, furthest);
    }

    // Call once per step. Returns how far the machine's clock jumped since the last call, if it
    // did. A time taken from the central system, or made up after a loss, is kept continuous across
    // the jump; only a machine that never lost its time is followed.
    std::optional<std::chrono::milliseconds> notice_step(const Now& now);

    // True when the offset has changed.
    bool follow(Instant server, const Now& now);
    // How far away an answer has put the time that is not believed until a second one agrees.
    const std::optional<std::chrono::milliseconds>& unconfirmed() const { return unconfirmed_; }

    // The correction of earlier stamps; given once, when the time becomes known after all.
    std::optional<Shift> take_shift() { return std::exchange(shift_, std::nullopt); }

    // The time is made up, from the latest that was known.
    const std::optional<Instant>& doubted_since() const { return doubted_since_; }
    std::chrono::milliseconds offset() const { return offset_; }
    // As far as it is known: the floor, and the time that was learned or a machine's that is about
    // right.
    KnownTime known(const Now& now, const TimeFloor& floor) const;
    // Once the central system has told the time: the machine's UTC minus its steady clock. That is
    // another one after each boot of the machine, and whenever its clock is set.
    std::optional<std::chrono::milliseconds> set_at() const;

private:
    static constexpr std::chrono::milliseconds most_offset =
        wire::DateTime::latest - wire::DateTime::earliest;

    void begin(const Now& now);
    // The time was shown as `shown` and is `now` in truth: plans a Shift.
    void found(Instant shown, Instant now);
    bool set_since(const Now& now) const;
    // True when nothing speaks against a time that is so far away.
    bool believable(std::chrono::milliseconds difference);

    std::chrono::milliseconds offset_{0};
    Instant floor_ = earliest_believed;
    std::optional<Instant> doubted_since_;
    std::optional<Shift> shift_;
    bool followed_ = false;
    std::optional<std::chrono::milliseconds> unconfirmed_;
    // UTC of the machine minus its steady clock, when it was noticed last.
    std::optional<std::chrono::microseconds> machine_;
    std::optional<std::chrono::milliseconds> set_before_;
};

}  // namespace ocpp::core
