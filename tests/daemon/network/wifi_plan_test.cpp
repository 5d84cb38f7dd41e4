// SPDX-License-Identifier: Apache-2.0
#include "daemon/network/wifi_plan.hpp"

#include "tests/support/catch.hpp"

#include <set>

namespace wifi_plan_test {

using namespace charge_daemon;
using ocpp::core::WifiProfile;
using ocpp::core::WifiWish;

namespace {

const WifiProfile home{1, "home", "12345678", false};
const WifiProfile shed{2, "shed", "", true};

KeptProfile kept_as(const WifiProfile& profile, bool by_itself) {
    return {"/" + std::to_string(profile.slot), profile.ssid, profile.hidden, by_itself};
}

std::optional<KeptProfile>& slot_in(WifiSituation& now, int slot) {
    return now.kept[static_cast<std::size_t>(slot) - 1];
}

// NetworkManager, which does what it is asked for.
void carry_out(WifiSituation& now, const WifiWish& wish, const WifiStep& step) {
    const auto& wished = step.candidate ? wish.candidate : wish.proven;
    switch (step.deed) {
        case WifiDeed::Add:
        case WifiDeed::Update:
            slot_in(now, step.slot) = kept_as(*wished, !step.candidate);
            if (step.candidate) now.written = wished;
            break;
        case WifiDeed::Delete:
            slot_in(now, step.slot).reset();
            now.way_back = !step.candidate && now.connected == step.slot;
            if (now.connected == step.slot) now.connected = 0;
            break;
        case WifiDeed::Connect: now.connected = step.slot; break;
        case WifiDeed::ConnectAny: break;
        case WifiDeed::Nothing: break;
    }
    if (step.deed == WifiDeed::ConnectAny || (step.deed == WifiDeed::Connect && !step.candidate))
        now.way_back = false;
}

// Until nothing is left to do; checks that the way back is there at every moment.
void settle(WifiSituation& now, const WifiWish& wish) {
    for (int steps = 0;; ++steps) {
        REQUIRE(steps < 10);
        const auto step = next_step(wish, now);
        if (step.deed == WifiDeed::Nothing) return;
        if (step.deed == WifiDeed::Delete && wish.proven) {
            CHECK(step.slot != wish.proven->slot);
            CHECK(now.in(wish.proven->slot)->by_itself);
        }
        if (step.candidate && wish.proven) CHECK(now.in(wish.proven->slot));
        carry_out(now, wish, step);
    }
}

}  // namespace

TEST_CASE("from every situation to every wish in a few steps, and the way back is always there") {
    const std::vector<WifiWish> wishes{{},         {home, {}},   {shed, {}},
                                       {{}, home}, {home, shed}, {shed, home}};
    for (const auto& wish : wishes)
        for (int kept = 0; kept < 16; ++kept)
            for (int connected = 0; connected <= 2; ++connected)
                for (const bool written : {false, true})
                    for (const bool way_back : {false, true}) {
                        WifiSituation now;
                        if ((kept & 1) != 0) now.kept[0] = kept_as(home, (kept & 2) != 0);
                        if ((kept & 4) != 0) now.kept[1] = kept_as(shed, (kept & 8) != 0);
                        if (connected != 0 && now.in(connected)) now.connected = connected;
                        if (written) now.written = wish.candidate;
                        now.way_back = way_back;
                        settle(now, wish);
                        for (const int slot : {1, 2}) {
                            const bool proven = wish.proven && wish.proven->slot == slot;
                            const bool candidate = wish.candidate && wish.candidate->slot == slot;
                            REQUIRE(now.in(slot).has_value() == (proven || candidate));
                            if (proven) CHECK(now.in(slot)->by_itself);
                        }
                        if (wish.candidate) CHECK(now.connected == wish.candidate->slot);
                    }
}

TEST_CASE("a candidate is never connected by NetworkManager alone until it is proven") {
    WifiSituation now;
    settle(now, {home, {}});
    settle(now, {home, shed});
    CHECK(now.in(1)->by_itself);
    CHECK(!now.in(2)->by_itself);
    settle(now, {shed, {}});
    CHECK(!now.in(1));
    CHECK(now.in(2)->by_itself);
}

TEST_CASE("a candidate that was given up gives way to the network before") {
    WifiSituation now;
    settle(now, {home, {}});
    settle(now, {home, shed});
    REQUIRE(now.connected == 2);
    settle(now, {home, {}});
    CHECK(now.connected == 1);
    // Where none of ours was before, NetworkManager chooses.
    settle(now, {{}, shed});
    CHECK(next_step({}, now) == WifiStep{WifiDeed::Delete, 2, false});
    carry_out(now, {}, next_step({}, now));
    CHECK(next_step({}, now) == WifiStep{WifiDeed::ConnectAny, 0, false});
}

TEST_CASE(
    "a device that is left idle is connected with the network in force, and with no candidate") {
    WifiSituation now;
    settle(now, {home, {}});
    CHECK(next_step({home, {}}, now) == WifiStep{});
    now.connected = 0;
    now.idle = true;
    CHECK(next_step({home, {}}, now) == WifiStep{WifiDeed::Connect, 1, false});
    now = {};
    now.idle = true;
    CHECK(next_step({}, now) == WifiStep{});
}

TEST_CASE("another candidate in the same slot replaces the profile of the one before") {
    WifiSituation now;
    settle(now, {home, shed});
    auto other = shed;
    other.password = "other password";
    CHECK(next_step({home, other}, now) == WifiStep{WifiDeed::Delete, 2, true});
    settle(now, {home, other});
    CHECK(now.written == other);
}

TEST_CASE("while NetworkManager connects it is not asked again") {
    WifiSituation now;
    settle(now, {home, shed});
    now.connected = 0;
    now.connecting = 2;
    CHECK(next_step({home, shed}, now) == WifiStep{});
    now.connecting = 0;
    CHECK(next_step({home, shed}, now) == WifiStep{WifiDeed::Connect, 2, true});
}

TEST_CASE("our profiles are known by their UUIDs, and no others") {
    for (const int slot : {1, 2}) CHECK(slot_of(uuid_of(slot)) == slot);
    CHECK(uuid_of(1) != uuid_of(2));
    CHECK(slot_of("") == 0);
    CHECK(slot_of("c5b7d2a0-63a1-4c55-9d2e-7b1f0e5a4d03") == 0);
}

TEST_CASE("each known reason of a failure has its own words") {
    std::set<std::string_view> words;
    for (const std::uint32_t reason :
         {4U, 5U, 6U, 7U, 8U, 9U, 10U, 11U, 15U, 16U, 17U, 35U, 36U, 38U, 39U, 53U})
        words.insert(reason_in_words(reason));
    CHECK(words.size() == 16);
    CHECK(words.count(reason_in_words(0)) == 0);
    CHECK(reason_in_words(0) == reason_in_words(4'000'000'000));
}

}  // namespace wifi_plan_test
