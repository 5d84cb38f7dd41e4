// SPDX-License-Identifier: Apache-2.0
// How long limits take: a composite schedule of 24 h, and the limit at one instant, with few and
// with the most profiles and periods; in this process, and of chargepointd over the wire.

#include "ocpp/current/composite.hpp"
#include "ocpp/current/offers.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/peer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace ocpp;
using namespace std::chrono;
using bench::call;
using bench::Connection;

constexpr int times = 200;
constexpr std::int32_t a_day = 86'400;

// Each says something for three hours of the day, so that there is always another one below.
wire::ChargingProfile profile(int number, int count, int periods) {
    wire::ChargingProfile made;
    made.charging_profile_id = number + 1;
    made.stack_level = number;
    made.charging_profile_purpose = wire::ChargingProfilePurposeType::TxDefaultProfile;
    made.charging_profile_kind = wire::ChargingProfileKindType::Recurring;
    made.recurrency_kind = wire::RecurrencyKindType::Daily;
    auto& schedule = made.charging_schedule;
    const auto since = sys_days{year{2026} / 1 / 1} + seconds{a_day * number / count};
    schedule.start_schedule = wire::DateTime{since};
    schedule.duration = 3 * 3600;
    schedule.charging_rate_unit = wire::ChargingRateUnitType::A;
    for (int i = 0; i < periods; ++i)
        schedule.charging_schedule_period.push_back({.start_period = i * 3 * 3600 / periods,
                                                     .limit = {60 + (number * 7 + i * 3) % 260},
                                                     .number_phases = 3});
    return made;
}

double median_us(const std::function<void()>& action) {
    std::vector<double> taken;
    for (int i = 0; i < times; ++i) {
        const auto start = steady_clock::now();
        action();
        taken.push_back(duration<double, std::micro>(steady_clock::now() - start).count());
    }
    std::sort(taken.begin(), taken.end());
    return taken[taken.size() / 2];
}

// --- in this process

struct Local {
    double composite_us = 0, limit_us = 0;
    std::size_t periods = 0;
};

Local measure_here(int count, int periods) {
    current::Profiles profiles;
    const core::Instant now = sys_days{year{2026} / 11 / 22} + hours{9};
    for (int i = 0; i < count; ++i)
        profiles.put({profiles.next_number(), 1, profile(i, count, periods), now, {}});
    current::ConnectorSituation facts;
    facts.connector = 1;
    facts.rating = facts.installation = facts.user = facts.assigned = facts.temperature =
        facts.cable = units::Milliamps{32'000};
    facts.session = {now, 1};
    facts.charging = true;
    Local local;
    local.composite_us = median_us([&] {
        local.periods = current::composite(profiles, facts, facts,
                                           {now, seconds{a_day}, wire::ChargingRateUnitType::A})
                            .periods.size();
    });
    const current::Situation situation{now, {facts}, facts};
    local.limit_us = median_us([&] { current::offers_now(profiles, situation); });
    return local;
}

// --- over the wire

double measure_wire(Connection& connection, int count, int periods) {
    call(connection, "ClearChargingProfile", "{}");
    for (int i = 0; i < count; ++i) {
        const auto said = call(connection, "SetChargingProfile",
                               R"({"connectorId":1,"csChargingProfiles":)" +
                                   shared::to_json(profile(i, count, periods)).dump() + "}");
        if (said.find("Accepted") == std::string::npos) throw std::runtime_error(said);
    }
    return median_us([&] {
        const auto said = call(connection, "GetCompositeSchedule",
                               R"({"connectorId":1,"duration":86400,"chargingRateUnit":"A"})");
        if (said.find("Accepted") == std::string::npos) throw std::runtime_error(said);
    });
}

}  // namespace

int main(int count, char** arguments) try {
    if (count != 3) {
        std::fprintf(stderr, "usage: composite PROGRAMS FOLDER\n");
        return 64;
    }
    const std::string programs = arguments[1], folder = arguments[2];
    bench::pin_to(0);
    const bench::Listener listener;
    const auto config = bench::write_configuration(folder, listener.port());
    bench::Child child({programs + "/chargepointd", "--config", config}, 1,
                       folder + "/composite.log");
    auto connection = listener.accept();
    connection.accept_upgrade();
    bench::answer(connection, bench::received(connection));
    std::printf("%-22s %8s %12s %12s %12s\n", "24 h composite", "periods", "in process",
                "over wire", "one limit");
    for (const auto& [profiles, periods] : {std::pair{10, 10}, {20, 10}, {50, 10}, {100, 100}}) {
        const auto here = measure_here(profiles, periods);
        const double wire = measure_wire(connection, profiles, periods);
        std::printf("%3d profiles x %3d %15zu %9.1f us %9.1f us %9.2f us\n", profiles, periods,
                    here.periods, here.composite_us, wire, here.limit_us);
    }
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 70;
}
