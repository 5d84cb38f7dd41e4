// SPDX-License-Identifier: Apache-2.0
// Dialling of the link machine: what each attempt carries, and how its failure is told.

#include "daemon/link/link_machine.hpp"
#include "tests/support/catch.hpp"

namespace link_dial_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using T = LinkTrigger;

namespace {

const LinkMachine::Time start{1000s};

LinkMachine machine() {
    ocpp::core::LinkSettings settings;
    settings.identity = "CP1";
    return {settings, LinkTimes{}, [] { return std::uint64_t{0}; }};
}

const DialFailed* failure_in(const LinkMachine::Actions& actions) {
    for (const auto& action : actions)
        if (const auto* tell = std::get_if<LinkMachine::Tell>(&action))
            if (const auto* failure = std::get_if<DialFailed>(&tell->event)) return failure;
    return nullptr;
}

}  // namespace

TEST_CASE("a failed dial is told with its cause") {
    auto link = machine();
    link.take(T::Due, start);
    const auto actions = link.ended({"it answered 401", 0, DialProblem::Unauthorized}, start);
    const auto* failure = failure_in(actions);
    REQUIRE(failure != nullptr);
    CHECK(failure->problem == DialProblem::Unauthorized);
    CHECK(failure->reason == "it answered 401");
}

TEST_CASE("the end of a connection is no failed dial, nor is one that we gave up") {
    auto link = machine();
    link.take(T::Due, start);
    link.take(T::Opened, start);
    CHECK(failure_in(link.ended({"gone", 1001}, start)) == nullptr);
    link.take(T::Renew, start);
    link.take(T::Renew, start);
    CHECK(failure_in(link.ended({"given up"}, start)) == nullptr);
    CHECK(link.state() == LinkState::Dialling);
}

TEST_CASE("each dial carries the newest profile and key") {
    auto link = machine();
    ocpp::core::LinkSettings settings;
    settings.identity = "CP2";
    settings.security_profile = 2;
    settings.authorization_key = std::string("\x00\xff", 2);
    link.follow(settings, start);
    const auto actions = link.take(T::Due, start);
    REQUIRE(actions.size() == 1);
    const auto& caller = std::get<LinkMachine::Dial>(actions.front()).caller;
    CHECK(caller.identity == "CP2");
    CHECK(caller.security_profile == 2);
    CHECK(caller.authorization_key == std::string("\x00\xff", 2));
}

}  // namespace link_dial_test
