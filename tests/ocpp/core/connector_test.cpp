// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/connector.hpp"

#include "tests/support/catch.hpp"

namespace connector_test {

using namespace std::chrono_literals;
using ocpp::core::Connector;
using ocpp::core::Now;
using Status = ocpp::wire::ChargePointStatus;

namespace {

struct Charging {
    Connector connector{{1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}}};
    hal::Reading reading;
    Now now{std::chrono::steady_clock::time_point{1h}, std::chrono::system_clock::time_point{1h}};

    Charging() {
        reading.connector = 1;
        reading.plugged = reading.mains = true;
        sense();
        connector.authorize({{}, {}, ocpp::core::Origin::Local, now.steady + 1min}, now);
        connector.pull(ocpp::core::Trigger::Ready, now);
        reading.contactor_closed = reading.ev_requests = true;
        reading.offered = units::Milliamps{16'000};
        sense();
    }
    void sense() { connector.sense(reading, false, now); }
    void pass(std::chrono::milliseconds time) {
        now.steady += time;
        now.utc += time;
    }
    Status status() const { return connector.status(now); }
};

}  // namespace

TEST_CASE("contactors that open under a vehicle that asks are no will of the vehicle") {
    Charging c;
    REQUIRE(c.status() == Status::Charging);
    c.reading.contactor_closed = false;
    c.sense();
    CHECK(c.status() == Status::Charging);
    CHECK(c.connector.wake_at(c.now) == c.now.steady + Connector::supply_grace);
    c.pass(Connector::supply_grace);
    CHECK(c.status() == Status::SuspendedEV);
}

TEST_CASE("a vehicle that opens S2 is SuspendedEV at once") {
    Charging c;
    c.reading.contactor_closed = c.reading.ev_requests = false;
    c.sense();
    CHECK(c.status() == Status::SuspendedEV);
}

TEST_CASE("while nothing is offered, whatever the reason, it is not the vehicle that suspends") {
    Charging c;
    c.reading.contactor_closed = c.reading.ev_requests = false;
    c.reading.offered = {};
    SECTION("a change of phases") { c.reading.phase_change = true; }
    SECTION("a test of the hardware, or its restart") {}
    SECTION("the pause after a fault") {
        c.reading.faults = {{hal::FaultCode::ResidualCurrentDC, {}, true}};
        c.sense();
        CHECK(c.status() == Status::Faulted);
        c.reading.faults.clear();
    }
    c.sense();
    CHECK(c.status() == Status::SuspendedEVSE);
    c.pass(Connector::start_grace * 3);
    CHECK(c.status() == Status::SuspendedEVSE);
    c.reading.phase_change = false;
    c.reading.offered = units::Milliamps{16'000};
    c.sense();
    // The vehicle has its time to answer the new offer.
    CHECK(c.status() == Status::SuspendedEVSE);
    c.pass(Connector::start_grace);
    CHECK(c.status() == Status::SuspendedEV);
}

TEST_CASE("a connector tells why it does not charge, and its set-point follows the reasons") {
    using ocpp::core::ReasonNotToCharge;
    const auto offers = [](const Charging& c) { return c.connector.setpoint(5s).power_allowed; };
    const auto only = [](const Charging& c, ReasonNotToCharge reason) {
        return c.connector.reasons_not_to_charge() == std::vector{reason};
    };
    Charging c;
    CHECK(c.connector.reasons_not_to_charge().empty());
    CHECK(offers(c));

    SECTION("a fault") {
        c.reading.faults = {{hal::FaultCode::ResidualCurrentDC, {}, true}};
        c.sense();
        CHECK(only(c, ReasonNotToCharge::Faulted));
        CHECK_FALSE(offers(c));
    }
    SECTION("a warning is none") {
        c.reading.faults = {{hal::FaultCode::ResidualCurrentDC, {}, false}};
        c.sense();
        CHECK(offers(c));
    }
    SECTION("a refused tag") {
        c.connector.suspend(true, c.now);
        CHECK(only(c, ReasonNotToCharge::DeAuthorized));
        CHECK_FALSE(offers(c));
    }
    SECTION("other phases, for which the hardware opens the contactors itself") {
        c.reading.phase_change = true;
        c.sense();
        CHECK(only(c, ReasonNotToCharge::PhaseChange));
        CHECK(offers(c));
    }
    SECTION("silence of the hardware, which hides all that was known") {
        c.reading.mains = false;
        c.sense();
        c.pass(Connector::silence_tolerated);
        c.connector.listen(c.now);
        CHECK(only(c, ReasonNotToCharge::HalLost));
        CHECK_FALSE(offers(c));
    }
    SECTION("a transaction that ends") {
        c.connector.pull(ocpp::core::Trigger::Stop, c.now);
        CHECK(only(c, ReasonNotToCharge::Finishing));
        CHECK_FALSE(offers(c));
    }
}

TEST_CASE("a connector with a permission but no transaction yet is offered nothing") {
    Connector connector{{1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}}};
    const Now now{std::chrono::steady_clock::time_point{1h},
                  std::chrono::system_clock::time_point{1h}};
    hal::Reading reading;
    reading.connector = 1;
    reading.plugged = reading.mains = true;
    connector.sense(reading, false, now);
    CHECK(connector.reasons_not_to_charge() ==
          std::vector{ocpp::core::ReasonNotToCharge::NotAuthorized});
    connector.authorize({{}, {}, ocpp::core::Origin::Local, now.steady + 1min}, now);
    CHECK(connector.reasons_not_to_charge() ==
          std::vector{ocpp::core::ReasonNotToCharge::Beginning});
    CHECK_FALSE(connector.may_charge());
}

}  // namespace connector_test
