// SPDX-License-Identifier: Apache-2.0
// Heat takes current away at once and gives it back only to a believed reading, whatever becomes
// of the sensors and of the process.

#include "hal-service/control/temperature.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/hal-service/wires.hpp"

#include <string>

namespace temperature_test {

namespace {

using namespace hal;
using bench::Bench;
using namespace std::chrono_literals;

void heat(Bench& b, const char* celsius) {
    b.say(std::string(R"({"do":"fault","name":"temperature","place":"Outlet","celsius":)") +
          celsius + "}");
}
void sensor(Bench& b, const char* place, bool lost) {
    b.say(std::string(R"({"do":"fault","name":"temperature_sensor","place":")") + place +
          R"(","on":)" + (lost ? "true" : "false") + "}");
}
Inputs reading(std::optional<std::int64_t> outlet, std::optional<std::int64_t> body) {
    Inputs in;
    if (outlet) in.outlet_temperature = units::MilliCelsius{*outlet};
    if (body) in.body_temperature = units::MilliCelsius{*body};
    return in;
}

}  // namespace

TEST_CASE("an outlet whose sensor fails while hot is offered no more from the first tick on") {
    Bench b;
    b.charge(32'000);
    b.run(10s);
    heat(b, "99");
    b.run(6s);
    REQUIRE(b.condition().offered.count == 7000);
    sensor(b, "Outlet", true);
    for (int i = 0; i < 12'000; ++i) {
        b.tick();
        REQUIRE(b.condition().offered.count <= 7000);
        REQUIRE(b.report().temperature_limit.count <= 7000);
    }
    CHECK(b.closed());
    CHECK(b.fault(FaultCode::TemperatureSensor) != nullptr);
    b.restart();
    b.wish(32'000);
    for (int i = 0; i < 12'000; ++i) {
        b.tick();
        REQUIRE(b.condition().offered.count <= 7000);
    }
    CHECK(b.closed());
    heat(b, "30");
    sensor(b, "Outlet", false);
    b.run(20s);
    CHECK(b.condition().offered.count == 32'000);
}

TEST_CASE("a trip by heat ends only with a believed reading below the limit for on again") {
    const bool restarts = GENERATE(false, true);
    INFO(restarts);
    Bench b;
    b.charge(32'000);
    heat(b, "105");
    b.until([&] { return b.fault(FaultCode::OverTemperature) != nullptr; });
    sensor(b, "Outlet", true);
    b.run(1s);
    if (restarts) {
        b.restart();
        b.wish(32'000);
        b.tick();
        REQUIRE(b.fault(FaultCode::OverTemperature) != nullptr);
        CHECK(describe(*b.fault(FaultCode::OverTemperature)) == "Body 25.0 degrees");
    }
    const auto stays = [&] {
        for (int i = 0; i < 20'000; ++i) {
            b.tick();
            REQUIRE_FALSE(b.coil());
            REQUIRE(b.fault(FaultCode::OverTemperature) != nullptr);
        }
    };
    stays();
    heat(b, "95");
    sensor(b, "Outlet", false);
    stays();
    heat(b, "89");
    b.until([&] { return b.closed(); }, 60s);
}

TEST_CASE("a sensor that fails with the other one cool takes nothing back either") {
    Bench b;
    b.charge(32'000);
    heat(b, "99");
    b.run(12s);
    sensor(b, "Outlet", true);
    b.run(60s);
    CHECK(b.report().body_temperature);
    CHECK(b.condition().offered.count == 7000);
}

TEST_CASE("while a loss is only suspected nothing begins, then the board's current for it") {
    wires::Wires w;
    w.disturb = [](Inputs& in) {
        in.outlet_temperature.reset();
        in.lost_temperature = true;
    };
    w.plugged = true;
    w.permit(32'000);
    CHECK(w.until(PilotStage::Offering) >= timing::temperature_sensor);
    CHECK(w.condition().offered.count == 10'000);
    w.until([&] { return w.outputs().k1; });
}

TEST_CASE("the inlet's sensor says nothing of heat") {
    Bench b;
    b.charge(32'000);
    heat(b, "105");
    b.until([&] { return b.fault(FaultCode::OverTemperature) != nullptr; });
    b.run(1s);
    sensor(b, "Inlet", true);
    heat(b, "30");
    b.until([&] { return b.closed(); }, 60s);
    CHECK(b.fault(FaultCode::TemperatureSensor) != nullptr);
}

TEST_CASE("what heat takes is remembered, and forgotten where no sensor is fitted") {
    Heat heat({32'000}, {}, 0);
    heat.tick(reading(25'000, 99'000));
    CHECK(heat.limit().count == 7000);
    CHECK(heat.withheld() == 25'000);
    Inputs lost;
    lost.lost_temperature = true;
    Heat next({32'000}, {}, heat.withheld());
    next.tick(lost);
    CHECK((next.limit().count == 7000 && !next.known() && !next.trips()));
    next.tick(reading(100'000, {}));
    CHECK((next.trips() && next.withheld() == Heat::all_withheld));
    Heat third({32'000}, {}, next.withheld());
    third.tick(lost);
    CHECK((third.trips() && third.limit().count == 6000 && !third.hottest()));
    third.tick(reading({}, {}));
    CHECK((third.known() && !third.trips() && third.limit().count == 32'000));
}

TEST_CASE("what no sensor measures is no reading, nor is one that is gone") {
    Heat heat({32'000}, {}, 0);
    heat.tick(reading(25'000, 25'000));
    CHECK(heat.known());
    heat.tick(reading(25'000, {}));
    CHECK_FALSE(heat.known());
    heat.tick(reading(-100'000, 25'000));
    CHECK_FALSE(heat.known());
    heat.tick(reading(-55'000, 25'000));
    CHECK(heat.known());
}

TEST_CASE("a lost sensor takes the board's current for it, over restarts") {
    Heat heat({32'000}, {}, 0);
    heat.tick(reading(25'000, 25'000));
    Inputs lost = reading(25'000, {});
    heat.tick(lost);
    CHECK(heat.limit().count == 32'000);
    heat.tick(lost, true);
    CHECK(heat.limit().count == 10'000);
    lost.lost_temperature = true;
    Heat next({32'000}, {}, heat.withheld());
    next.tick(lost);
    CHECK(next.limit().count == 10'000);
}

}  // namespace temperature_test
