// SPDX-License-Identifier: Apache-2.0
// New certificates of the charge point and the way to profile 3, disturbed at every step: one of
// the two configurations is whole and is dialled, and in the end it is the right one.

#include "ocpp/features/security/own_certificate.hpp"
#include "tests/ocpp/charge_point/own_certificates.hpp"
#include "tests/support/number_from.hpp"

namespace own_certificate_cuts_test {

using namespace own_certificates;
using candidates::pending;
using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using ocpp::core::LinkSettings;
using test::Disturbance;

namespace {

std::string said(const LinkSettings& link) {
    return std::to_string(link.security_profile) + ' ' + link.authorization_key + ' ' +
           link.client_chain;
}

// From profile `before` with the certificate of the file to profile 3 with a new one, over a
// central system that takes both, or only what was before.
struct Story {
    int before;
    bool good;
};

void set(World& w, const std::string& key, const std::string& value) {
    w.call("ChangeConfiguration", {{"key", key}, {"value", value}});
}

// The step that makes the change; whether it was accepted.
bool change(World& w, const Story& story, const std::string& text) {
    const Json accepted{{"status", "Accepted"}};
    if (signed_with(w, text) != accepted) return false;
    if (story.before == 3) return true;
    return w.call("ChangeConfiguration", {{"key", "SecurityProfile"}, {"value", "3"}}) == accepted;
}

// `is_heard`: the central system processes the calls that prove something.
void play(const Story& story, World& w, bool is_heard = true) {
    std::string before, after;
    bool changed = false;
    w.door = [&](const LinkSettings& link) -> std::optional<DialFailed> {
        const bool is_new = said(link) == after;
        // Profile 3 is tried with each certificate.
        const bool is_half = story.before == 2 && said(link) == "3  " + file_chain();
        CHECK((is_new || is_half || before.empty() || said(link) == before));
        CHECK(((!is_new && !is_half) || changed));
        if ((!is_new && !is_half) || story.good) return std::nullopt;
        return DialFailed{DialProblem::CertificateRefused, "it refuses our certificate"};
    };
    w.boot();
    before = said(w.point().link());
    trigger(w);
    // However it was disturbed, the request arrives.
    w.wait(seconds{150});
    const int key = asked_key(w);
    const auto text = key != 0 ? chain(key) : std::string();
    after = "3  " + text;
    changed = true;
    const bool accepted = key != 0 && change(w, story, text);
    w.wait(seconds{1}).wait(seconds{10}).wait(seconds{15}).wait(seconds{310});
    CHECK((accepted || w.disturbed()));
    w.settle(seconds{60});
    const auto last = said(w.point().link());
    CHECK(w.linked());
    CHECK(!pending(w));
    if (!story.good)
        CHECK(last == before);
    else if (accepted && is_heard)
        CHECK(last == after);
    else
        CHECK((last == before || last == after));
    candidates::check_stays(w, [&](const LinkSettings& link) { return said(link) == last; });
}

}  // namespace

TEST_CASE("whatever is cut off, one of two certificates is presented, and the right one") {
    for (const auto& story : {Story{3, true}, Story{3, false}, Story{2, true}, Story{2, false}}) {
        auto options = with_certificate(story.before);
        options.reading_period = seconds{30};  // nothing is metered here
        World undisturbed{options};
        play(story, undisturbed);
        for (const auto what :
             {Disturbance::LinkCut, Disturbance::StepOffline, Disturbance::AnswerLost,
              Disturbance::Restart, Disturbance::PowerCut, Disturbance::DiskFails,
              Disturbance::CallError, Disturbance::WrongPayload, Disturbance::Silence})
            for (int step = 0; step < 12; step += test::replay_every()) {
                INFO("profile " << story.before << ", good " << story.good << ", disturbance "
                                << static_cast<int>(what) << ", step " << step);
                options.disturbance = what;
                options.at_step = step;
                World w{options};
                play(story, w, what < Disturbance::CallError);
            }
    }
}

TEST_CASE(
    "no random order of requests, certificates, keys, profiles and cuts leaves it without a way") {
    const int lives = static_cast<int>(test::number_from("CHARGEPOINT_CANDIDATES", 20));
    for (int life = 0; life < lives; ++life) {
        INFO("life " << life);
        auto random = std::uint64_t{0x9E3779B97F4A7C15} * static_cast<std::uint64_t>(life + 1);
        const auto chance = [&random](int below) {
            random =
                random * std::uint64_t{6364136223846793005} + std::uint64_t{1442695040888963407};
            return static_cast<int>((random >> 33) % static_cast<std::uint64_t>(below));
        };
        auto options = with_certificate(life % 2 == 0 ? 3 : 2);
        options.reading_period = seconds{30};
        World w{options};
        w.boot();
        for (int deed = 0; deed < 30; ++deed) {
            switch (chance(11)) {
                case 0:
                case 1: trigger(w); break;
                case 2:
                case 3: signed_with(w, chain(101 + chance(std::max(1, asked_key(w) - 100)))); break;
                case 4: w.restart(); break;
                case 5: w.power_cut(); break;
                case 6: w.disconnect().connect(); break;
                case 7: w.silent = {"Heartbeat", "SignCertificate"}; break;
                case 8: w.silent.clear(); break;
                case 9: set(w, "SecurityProfile", "3"); break;
                case 10: set(w, "AuthorizationKey", candidates::new_hex); break;
            }
            w.wait(seconds{chance(120)});
            const auto link = w.point().link();
            CHECK((link.security_profile == 3) == !link.client_chain.empty());
            CHECK((link.security_profile == 3) == link.authorization_key.empty());
        }
        w.silent.clear();
        w.settle();
        CHECK(w.linked());
        CHECK(!pending(w));
        CHECK(w.private_keys.size() <= ocpp::features::OwnCertificate::max_kept + 1);
        w.check_books();
    }
}

TEST_CASE("damaged documents leave the certificate of the configuration file") {
    using ocpp::core::Kind;
    ocpp::core::Setup setup;
    setup.serial_number = "CP0001";
    setup.security_profile = 3;
    setup.client_certificate = file_chain();
    ocpp::core::Snapshot snapshot;
    auto& documents = snapshot.texts[Kind::Document];
    snapshot.texts[Kind::Mark]["client_certificate_installed"] = "1";
    documents["own-certificate/1"] = R"({"chain":"-----BEGIN","renewal_asked":false})";
    documents["own-certificate/x"] = "";
    documents["own-certificate/-3"] = documents["own-certificate/1"];
    documents["signing_request"] = R"({"key":"","csr":"","sent":-1,"accepted":true,"making":true})";
    documents["candidate"] = R"({"certificate":7,"failed":0})";
    ocpp::ChargePoint point(setup, snapshot);
    const ocpp::core::Now now{std::chrono::steady_clock::time_point{seconds{1}},
                              std::chrono::sys_days{std::chrono::year{2026} / 3 / 28}};
    const auto out = point.step(ocpp::core::Started{}, now);
    CHECK(point.link().client_chain == file_chain());
    CHECK(point.key_ids().size() == 1);
    CHECK(!out.make_key);
    const auto complaints = std::ranges::count_if(out.notes, [](const auto& note) {
        return note.text.find("is not legal any more") != std::string::npos;
    });
    CHECK(complaints == 4);
}

}  // namespace own_certificate_cuts_test
