// SPDX-License-Identifier: Apache-2.0
// Changes of AuthorizationKey and SecurityProfile, disturbed at every step: one of the two
// configurations is dialled, and it is the right one.

#include "tests/ocpp/charge_point/candidates.hpp"
#include "tests/support/number_from.hpp"

#include <algorithm>

namespace candidate_cuts_test {

using namespace candidates;
using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using ocpp::core::LinkSettings;
using shared::Json;
using test::Disturbance;
using test::seconds;
using test::World;

namespace {

World::Options rarely_read(World::Options options) {
    options.reading_period = seconds{30};  // nothing is metered here
    return options;
}

// A change, disturbed at each step, by a central system that takes both configurations or only the
// old one. Each dial must be with one of the two, and the last one with the right one.
struct Story {
    World::Options options;
    std::string key;
    std::string value;
    std::string before;  // as said() below spells it
    std::string after;
};

std::string said(const LinkSettings& link) {
    return std::to_string(link.security_profile) + ' ' + link.authorization_key;
}

void play(const Story& story, World& w, bool good) {
    bool changed = false;
    w.door = [&, good](const LinkSettings& link) -> std::optional<DialFailed> {
        const bool is_new = said(link) == story.after;
        CHECK((is_new || said(link) == story.before));
        CHECK((!is_new || changed));
        if (!is_new || good) return std::nullopt;
        return DialFailed{DialProblem::Unauthorized, "it answered 401 Unauthorized"};
    };
    w.boot();
    w.wait(seconds{1});
    const bool was_linked = w.linked();
    changed = true;
    const auto answer = w.call("ChangeConfiguration", {{"key", story.key}, {"value", story.value}});
    w.wait(seconds{1}).wait(seconds{10}).wait(seconds{15}).wait(seconds{310});
    const bool accepted = answer == Json{{"status", "Accepted"}};
    CHECK((accepted || !was_linked || w.disturbed()));
    w.settle(seconds{60});
    const auto last = said(w.point().link());
    CHECK(w.linked());
    CHECK(!pending(w));
    if (!good)
        CHECK(last == story.before);
    else if (accepted)
        CHECK(last == story.after);
    else
        CHECK((last == story.before || last == story.after));
    candidates::check_stays(w, [&](const LinkSettings& link) { return said(link) == last; });
}

}  // namespace

TEST_CASE("whatever is cut off, one of two configurations is dialled, and the right one") {
    const std::vector<Story> stories{{rarely_read(with_profile(1)), "AuthorizationKey", new_hex,
                                      "1 " + bytes(old_hex), "1 " + bytes(new_hex)},
                                     {rarely_read(with_profile(0)), "SecurityProfile", "1",
                                      "0 " + bytes(old_hex), "1 " + bytes(old_hex)},
                                     {rarely_read(with_profile(1, true)), "SecurityProfile", "2",
                                      "1 " + bytes(old_hex), "2 " + bytes(old_hex)}};
    const int every = test::replay_every();
    for (const auto& story : stories)
        for (const bool good : {true, false}) {
            World undisturbed{story.options};
            play(story, undisturbed, good);
            for (const auto what :
                 {Disturbance::LinkCut, Disturbance::StepOffline, Disturbance::AnswerLost,
                  Disturbance::Restart, Disturbance::PowerCut, Disturbance::DiskFails})
                for (int step = 0; step < 12; step += every) {
                    INFO(story.key << ", good " << good << ", disturbance "
                                   << static_cast<int>(what) << ", step " << step);
                    auto options = story.options;
                    options.disturbance = what;
                    options.at_step = step;
                    World w{options};
                    play(story, w, good);
                }
        }
}

TEST_CASE("no random order of changes, cuts and refusals leaves it without a way") {
    const int lives = static_cast<int>(test::number_from("CHARGEPOINT_CANDIDATES", 20));
    for (int life = 0; life < lives; ++life) {
        INFO("life " << life);
        auto random = std::uint64_t{0x9E3779B97F4A7C15} * static_cast<std::uint64_t>(life + 1);
        const auto chance = [&random](int below) {
            random =
                random * std::uint64_t{6364136223846793005} + std::uint64_t{1442695040888963407};
            return static_cast<int>((random >> 33) % static_cast<std::uint64_t>(below));
        };
        World w{rarely_read(with_profile(1))};
        w.boot();
        const std::vector<std::string> keys{old_hex, new_hex, third_hex};
        for (int deed = 0; deed < 30; ++deed) {
            switch (chance(6)) {
                case 0:
                    w.call("ChangeConfiguration",
                           {{"key", "AuthorizationKey"},
                            {"value", keys[static_cast<std::size_t>(chance(3))]}});
                    break;
                case 1: w.restart(); break;
                case 2: w.power_cut(); break;
                case 3: w.disconnect().connect(); break;
                case 4: w.silent = {"Heartbeat"}; break;
                case 5: w.silent.clear(); break;
            }
            w.wait(seconds{chance(120)});
            bool known = false;
            for (const auto& key : keys)
                known = known || w.point().link().authorization_key == bytes(key);
            CHECK(known);
        }
        w.silent.clear();
        w.settle();
        CHECK(w.linked());
        CHECK(!pending(w));
        w.check_books();
    }
}

}  // namespace candidate_cuts_test
