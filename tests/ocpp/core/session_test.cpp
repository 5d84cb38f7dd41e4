// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/session.hpp"

#include "tests/support/catch.hpp"

#include <set>

namespace session_test {

using namespace ocpp::core;

namespace {

constexpr std::array phases{Stage::Idle, Stage::Preparing, Stage::Running, Stage::Stopping,
                            Stage::Finishing};

}  // namespace

TEST_CASE("every row of the session table can run") {
    std::set<const Row*> run;
    for (const auto phase : phases)
        for (int trigger = 0; trigger <= static_cast<int>(Trigger::BackInService); ++trigger)
            for (const bool plugged : {false, true})
                if (const auto* row =
                        find(phase, static_cast<Trigger>(trigger), {.occupied = plugged}))
                    run.insert(row);
    CHECK(run.size() == rows.size());
}

TEST_CASE(
    "energy needs a transaction: only Preparing leads to Running, and Running only to Stopping") {
    for (const auto& row : rows) {
        if (row.to == Stage::Running) {
            CHECK(row.from == Stage::Preparing);
            CHECK(row.effect == Effect::StartTransaction);
        }
        if (row.from == Stage::Running) {
            CHECK(row.to == Stage::Stopping);
            CHECK(row.effect == Effect::BeginStop);
        }
        if (row.from == Stage::Stopping) CHECK(row.effect == Effect::StopTransaction);
    }
}

TEST_CASE("only changes that OCPP 1.6 4.9 knows are shown") {
    using S = Status;
    // The table of 4.9, from row to column.
    const std::set<std::pair<S, S>> known = {
        {S::Available, S::Preparing},       {S::Available, S::Charging},
        {S::Preparing, S::Available},       {S::Preparing, S::Charging},
        {S::Preparing, S::SuspendedEV},     {S::Preparing, S::SuspendedEVSE},
        {S::Preparing, S::Finishing},       {S::Charging, S::Available},
        {S::Charging, S::SuspendedEV},      {S::Charging, S::SuspendedEVSE},
        {S::Charging, S::Finishing},        {S::Charging, S::Unavailable},
        {S::SuspendedEV, S::Available},     {S::SuspendedEV, S::Charging},
        {S::SuspendedEV, S::SuspendedEVSE}, {S::SuspendedEV, S::Finishing},
        {S::SuspendedEV, S::Unavailable},   {S::SuspendedEVSE, S::Available},
        {S::SuspendedEVSE, S::Charging},    {S::SuspendedEVSE, S::SuspendedEV},
        {S::SuspendedEVSE, S::Finishing},   {S::SuspendedEVSE, S::Unavailable},
        {S::Finishing, S::Available},       {S::Finishing, S::Preparing},
        {S::Finishing, S::Unavailable}};
    // Each row of the session table, seen under each set of conditions in which it can run.
    for (const auto& row : rows)
        for (int bits = 0; bits < 32; ++bits) {
            Conditions now{.occupied = (bits & 1) != 0,
                           .leaves_service = (bits & 16) != 0,
                           .ev_draws = (bits & 2) != 0,
                           .evse_offers = (bits & 4) != 0,
                           .starting = (bits & 8) != 0};
            auto before = now;
            if (row.trigger == Trigger::PlugIn) before.occupied = false, now.occupied = true;
            if (row.trigger == Trigger::PlugOut) before.occupied = true, now.occupied = false;
            if (row.trigger == Trigger::Ready) now.occupied = before.occupied = true;
            if (row.guard == Guard::Occupied && !now.occupied) continue;
            const auto from = status_of(row.from, before), to = status_of(row.to, now);
            INFO(shared::name_of(row.from)
                 << " to " << shared::name_of(row.to) << ": " << shared::name_of(from) << " to "
                 << shared::name_of(to));
            CHECK((from == to || known.contains({from, to})));
        }
}

TEST_CASE("a session that takes its connector out of service is never Finishing") {
    for (const bool occupied : {false, true})
        for (const bool draws : {false, true}) {
            Conditions now{.occupied = occupied, .leaves_service = true, .ev_draws = draws};
            CHECK(status_of(Stage::Stopping, now) ==
                  (draws ? Status::Charging : Status::SuspendedEVSE));
            now.operative = now.leaves_service = false;
            CHECK(status_of(Stage::Finishing, now) == Status::Unavailable);
        }
}

TEST_CASE("a fault hides the session and gives it back") {
    Conditions now{.occupied = true, .authorized = true, .ev_draws = true};
    CHECK(status_of(Stage::Running, now) == Status::Charging);
    now.faulted = true;
    for (const auto phase : phases) CHECK(status_of(phase, now) == Status::Faulted);
    now.faulted = false;
    CHECK(status_of(Stage::Running, now) == Status::Charging);
}

TEST_CASE("when both suspend, it is the EVSE") {
    CHECK(status_of(Stage::Running, {.occupied = true, .evse_offers = false}) ==
          Status::SuspendedEVSE);
    CHECK(status_of(Stage::Running, {.occupied = true}) == Status::SuspendedEV);
}

}  // namespace session_test
