// SPDX-License-Identifier: Apache-2.0
#include "tests/support/life.hpp"

#include "tests/support/charging_profiles.hpp"
#include "tests/support/number_from.hpp"

namespace test {

using shared::Json;

namespace {

constexpr seconds a_day{86'400};
constexpr int most_amps = 32;

}  // namespace

int Life::from_environment(const char* name, int usual) {
    return std::max(1, static_cast<int>(number_from(name, usual)));
}

void Life::begin() {
    w_.boot();
    w_.set_key("LocalPreAuthorize", "true").set_key("AllowOfflineTxForUnknownId", "true");
}

void Life::day() {
    for (int n = 0; n < sessions_a_day; ++n) session(1 + n % 2);
    change_a_limit();
    w_.connect().forget();
}

// On the outlet whose turn it is, with the pause around it.
void Life::session(int outlet) {
    const auto share = a_day / sessions_a_day;
    const std::string tag = "TAG" + std::to_string(pick(8));
    pass(seconds{60 + pick(600)});
    w_.plug(outlet).tag(tag);
    const seconds charging{pick(static_cast<int>(share.count()))};
    pass(charging);
    if (chance(4)) w_.vehicle_wants(outlet, false);
    pass(seconds{pick(900)});
    if (chance(2)) w_.tag(tag);
    w_.unplug(outlet).vehicle_wants(outlet, true);
    // The rest of the time belongs to the other outlet, whose session may go on into it.
    if (charging < share) pass((share - charging) / 2);
}

// Mostly enough to charge with.
int Life::amps() { return chance(4) ? pick(most_amps + 1) : 6 + pick(most_amps - 5); }

void Life::change_a_limit() {
    const int connector = 1 + pick(2);
    switch (pick(4)) {
        case 0: return change_profile(0);
        case 1: return change_profile(connector);
        case 2: return change_key(connector, "UserCurrentLimit");
        default: return change_key(connector, "InstallationCurrent");
    }
}

// As a load balancer has them: of 0 for all together.
void Life::change_profile(int connector) {
    const int limit = amps();
    const char* purpose = connector == 0 ? "ChargePointMaxProfile" : "TxDefaultProfile";
    const auto answer = w_.call(
        "SetChargingProfile",
        {{"connectorId", connector},
         {"csChargingProfiles", profile(1 + connector, purpose, 0, periods({{0, limit}}))}});
    if (!answer.is_object() || answer["status"] != "Accepted") return;
    const units::Milliamps bound{limit * 1'000};
    (connector == 0 ? w_.supply : w_.outlet(connector).bounds[purpose]) = bound;
}

void Life::change_key(int connector, const char* key) {
    const int limit = amps();
    const auto answer =
        w_.call("ChangeConfiguration",
                {{"key", key}, {"value", std::to_string(connector) + '.' + std::to_string(limit)}});
    if (answer.is_object() && answer["status"] == "Accepted")
        w_.outlet(connector).bounds[key] = units::Milliamps{limit * 1'000};
}

// Time goes by, and now and then something fails in it.
void Life::pass(seconds time) {
    if (!chance(3) || time < seconds{60}) {
        w_.wait(time);
        return;
    }
    ++troubles_;
    w_.wait(time / 2);
    const seconds rest = time - time / 2;
    switch (pick(6)) {
        case 0: w_.disconnect().wait(rest).connect(); return;
        case 1: w_.restart().wait(rest); return;
        case 2: w_.power_cut().wait(rest); return;
        case 3:
            w_.silent = {"StartTransaction", "MeterValues", "StopTransaction"};
            w_.wait(std::min(rest, seconds{90}));
            break;
        case 4:
            w_.store().fail(true);
            w_.wait(rest);
            w_.store().fail(false);
            return;
        default:
            w_.call_errors = {{"StartTransaction", "InternalError"},
                              {"StopTransaction", "GenericError"}};
            w_.wait(std::min(rest, seconds{90}));
    }
    w_.silent.clear();
    w_.call_errors.clear();
    w_.wait(std::max(seconds{0}, rest - seconds{90}));
}

}  // namespace test
