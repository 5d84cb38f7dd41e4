// SPDX-License-Identifier: Apache-2.0
// The key ManagementInterface: until when the local page is open, with and without a security
// profile, and over everything that may come in between.

#include "ocpp/features/station/management_interface.hpp"

#include "tests/ocpp/charge_point/candidates.hpp"

namespace management_interface_test {

using namespace candidates;
using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using shared::Json;
using test::seconds;
using test::World;

namespace {

bool open(const World& w) { return w.overview()["management_interface"]["open"]; }

std::string until(const World& w) {
    return w.overview()["management_interface"].value("until", "for ever");
}

Json change(World& w, const std::string& value) {
    return w.call("ChangeConfiguration",
                  {{"key", "ManagementInterface"}, {"value", value}})["status"];
}

Json value(World& w) {
    return w.call("GetConfiguration",
                  {{"key", {"ManagementInterface"}}})["configurationKey"][0]["value"];
}

World::Options configured(const std::string& value, int profile = 0) {
    auto options = with_profile(profile);
    options.keys["ManagementInterface"] = value;
    return options;
}

std::optional<DialFailed> takes_nobody(const ocpp::core::LinkSettings& link) {
    if (link.security_profile == 0) return std::nullopt;
    return DialFailed{DialProblem::Unauthorized, "it answered 401 Unauthorized"};
}

// Open for so long from now on, and then no more.
void check_closes_after(World& w, seconds time) {
    CHECK(open(w));
    w.wait(time - seconds{1});
    CHECK(open(w));
    w.wait(seconds{2});
    CHECK(!open(w));
}

}  // namespace

TEST_CASE("ManagementInterface is off, on, or on for a time after the start") {
    SECTION("off") {
        World w{configured("0")};
        w.boot();
        CHECK(!open(w));
        CHECK(change(w, "1") == "Accepted");
        CHECK(open(w));
    }
    SECTION("on, for ever") {
        World w;
        w.boot().wait(std::chrono::hours{1});
        CHECK(open(w));
        CHECK(until(w) == "for ever");
        CHECK(change(w, "0") == "Accepted");
        CHECK(!open(w));
    }
    SECTION("for a time") {
        World w{configured("300")};
        w.boot();
        CHECK(until(w) == "2026-03-28T22:05:00.123Z");
        check_closes_after(w, seconds{300});
        // The time counts from the start, whenever the key is written.
        CHECK(change(w, "200") == "Accepted");
        CHECK(!open(w));
        CHECK(change(w, "900") == "Accepted");
        check_closes_after(w, seconds{599});
        w.restart();
        check_closes_after(w, seconds{900});
    }
}

TEST_CASE("what is no time is refused") {
    World w;
    w.boot();
    for (const auto* wrong : {"-1", "", "on", "1.5", "31536001", "99999999999"})
        CHECK(change(w, wrong) == "Rejected");
    CHECK(change(w, "31536000") == "Accepted");
    CHECK(open(w));
}

TEST_CASE("under a security profile the page is open for 600 s, and can't be switched off") {
    const int profile = GENERATE(1, 2, 3);
    World w{with_profile(profile, true)};
    w.boot();
    CHECK(value(w) == "600");
    CHECK(change(w, "0") == "Rejected");
    CHECK(change(w, "00") == "Rejected");
    CHECK(w.asked(ocpp::core::KeyWritten{"managementinterface", "0"}) == "Rejected");
    check_closes_after(w, seconds{600});
    CHECK(change(w, "1") == "Accepted");
    CHECK(open(w));
    w.restart().wait(seconds{700});
    CHECK(open(w));
}

TEST_CASE("a value of the file holds under a profile, too, unless it would be off") {
    SECTION("another time") {
        World w{configured("60", 2)};
        w.boot();
        CHECK(value(w) == "60");
    }
    SECTION("off, from before the file named the profile") {
        auto options = with_profile(0);
        World w{options};
        w.boot();
        REQUIRE(change(w, "0") == "Accepted");
        w.restart();
        CHECK(!open(w));
        // The file names a profile now, and the store is the same.
        w.file_says_profile(1).restart();
        CHECK(value(w) == "600");
        CHECK(open(w));
    }
}

SCENARIO_IN_WORLD_WITH("a switch to a profile opens the page for 600 s from the switch",
                       with_profile(0)) {
    w.boot();
    w.set_key("ManagementInterface", "0").wait(seconds{700});
    w.set_key("SecurityProfile", "1").wait(seconds{1});
    if (w.disturbed()) return;
    CHECK(w.point().link().security_profile == 1);
    CHECK(value(w) == "600");
    check_closes_after(w, seconds{599});
    w.power_cut();
    CHECK(value(w) == "600");
    CHECK(open(w));
}

TEST_CASE("a profile that is raised once more opens nothing") {
    World w{with_profile(1, true)};
    w.boot().wait(seconds{700});
    w.set_key("SecurityProfile", "2").wait(seconds{1});
    CHECK(w.point().link().security_profile == 2);
    CHECK(!open(w));
}

TEST_CASE("a candidate keeps the value, and off is refused while it is tried") {
    World w{with_profile(0)};
    w.boot();
    w.door = takes_nobody;
    w.set_key("ManagementInterface", "0").set_key("SecurityProfile", "1");
    REQUIRE(pending(w));
    CHECK(!open(w));
    CHECK(w.asked(ocpp::core::KeyWritten{"ManagementInterface", "0"}) == "Rejected");
    w.wait(seconds{40});
    REQUIRE(!pending(w));
    CHECK(w.point().link().security_profile == 0);
    CHECK(value(w) == "0");
    CHECK(!open(w));
    CHECK(change(w, "0") == "Accepted");
}

TEST_CASE("a switch by chargepointctl opens the page as well") {
    World w{configured("0")};
    w.boot().wait(seconds{1'000});
    w.security_profile(1).wait(seconds{1});
    CHECK(w.point().link().security_profile == 1);
    check_closes_after(w, seconds{599});
    // The value stays when a person lowers the profile, and may be off again.
    w.security_profile(0);
    CHECK(value(w) == "600");
    CHECK(!open(w));
    CHECK(change(w, "0") == "Accepted");
    w.security_profile(1).wait(seconds{1});
    check_closes_after(w, seconds{599});
}

TEST_CASE("a factory reset brings back the value of the file, counted from the start") {
    SECTION("without a profile") {
        World w{configured("0")};
        w.boot();
        w.set_key("SecurityProfile", "1").wait(seconds{700});
        w.factory_reset().wait(seconds{5});
        CHECK(w.point().link().security_profile == 0);
        CHECK(value(w) == "0");
        CHECK(!open(w));
    }
    SECTION("with one, which somebody here had lowered") {
        World w{configured("300", 1)};
        w.boot();
        w.security_profile(0).wait(seconds{1});
        w.factory_reset().wait(seconds{5});
        CHECK(value(w) == "300");
        w.store().flush();
        CHECK(w.store().load().texts[ocpp::core::Kind::Key].empty());
        check_closes_after(w, seconds{295});
    }
}

TEST_CASE("a restart after the switch begins the 600 s anew, and loses none of the two keys") {
    World w{with_profile(0)};
    w.boot().wait(seconds{1'000});
    w.set_key("SecurityProfile", "1").wait(seconds{300});
    w.power_cut();
    CHECK(w.point().link().security_profile == 1);
    check_closes_after(w, seconds{600});
}

TEST_CASE("nobody opens or closes the page by setting a clock") {
    World w{configured("300")};
    w.boot().wait(seconds{100});
    const auto noon = w.now().utc;
    const std::chrono::hours far{24 * 365 * 50};
    const auto ahead = GENERATE_COPY(far, -far);
    w.set_machine_clock(std::chrono::floor<std::chrono::milliseconds>(noon) + ahead);
    check_closes_after(w, seconds{200});
    w.set_machine_clock({});
    CHECK(!open(w));
}

}  // namespace management_interface_test
