// SPDX-License-Identifier: Apache-2.0
// The response of a vehicle to its offers: what it may still draw, and whether it still asks.

#include "ocpp/features/current/vehicle_response.hpp"

#include "tests/support/catch.hpp"

namespace vehicle_response_test {

using namespace std::chrono_literals;
using ocpp::core::Connector;
using ocpp::features::VehicleResponse;
using units::Milliamps;
using Begins = VehicleResponse::Begins;

namespace {

struct Vehicle {
    Connector connector;
    VehicleResponse response;
    hal::Reading reading;
    ocpp::core::Now now{
        std::chrono::steady_clock::time_point{1h}, std::chrono::system_clock::time_point{1h}, {}};

    explicit Vehicle(hal::ConnectorType type = hal::ConnectorType::Type2Cable)
        : connector({1, type, 3, Milliamps{32'000}}) {
        reading.connector = 1;
        reading.plugged = reading.mains = true;
        reading.phases = 3;
    }
    void begin() {
        connector.sense(reading, false, now);
        connector.authorize({{}, {}, ocpp::core::Origin::Local, now.steady + 1min}, now);
        connector.pull(ocpp::core::Trigger::Ready, now);
    }
    Begins draw(std::int64_t milliamps) {
        reading.contactor_closed = reading.ev_requests = milliamps > 0;
        reading.current[0] = Milliamps{milliamps};
        connector.sense(reading, false, now);
        return response.see(connector, now);
    }
    void offer(std::int64_t milliamps, int phases = 3) {
        ocpp::current::Offer offer;
        offer.current = Milliamps{milliamps};
        offer.phases = phases;
        response.offered(offer);
    }
    ocpp::current::ConnectorSituation facts() const {
        ocpp::current::ConnectorSituation facts;
        response.describe(facts, now);
        return facts;
    }
};

}  // namespace

TEST_CASE("a vehicle holds its old offer until it has come down to the new one") {
    Vehicle v;
    v.begin();
    v.draw(0);
    v.offer(32'000);
    v.reading.offered = Milliamps{32'000};
    v.draw(31'000);
    v.offer(10'000);
    CHECK(v.facts().held == Milliamps{32'000});
    // Both the offer and the current have to come down; 10 % and 0.5 A above it is still following.
    v.draw(11'500);
    CHECK(v.facts().held == Milliamps{32'000});
    v.reading.offered = Milliamps{10'000};
    v.draw(11'501);
    CHECK(v.facts().held == Milliamps{11'501});
    v.draw(11'500);
    CHECK(v.facts().held == Milliamps{10'000});
    CHECK(v.facts().drawn == Milliamps{31'000});
}

TEST_CASE("a vehicle that does not ask for a minute is idle, unless nothing is offered to it") {
    Vehicle v;
    v.begin();
    CHECK(v.draw(0) == Begins::Now);
    v.offer(16'000);
    v.now.steady += VehicleResponse::idle_after - 1ms;
    v.draw(0);
    CHECK(v.facts().draws);
    v.now.steady += 1ms;
    v.draw(0);
    CHECK_FALSE(v.facts().draws);
    v.offer(0);
    v.draw(0);
    CHECK(v.facts().draws);
}

TEST_CASE("a session that was charging when this program began is told from a new one") {
    Vehicle old;
    old.begin();
    old.reading.offered = Milliamps{16'000};
    CHECK(old.draw(15'000) == Begins::BeforeStart);
    CHECK(old.facts().held == Milliamps{16'000});
    CHECK(old.draw(15'000) == Begins::No);
    Vehicle idle;
    idle.draw(0);
    idle.begin();
    CHECK(idle.draw(0) == Begins::Now);
}

TEST_CASE("nothing keeps a vehicle without a pilot to an offer") {
    Vehicle v(hal::ConnectorType::Schuko);
    v.begin();
    v.draw(0);
    v.offer(16'000);
    v.reading.offered = Milliamps{16'000};
    v.draw(17'000);
    CHECK(v.facts().held == Milliamps{17'000});
}

}  // namespace vehicle_response_test
