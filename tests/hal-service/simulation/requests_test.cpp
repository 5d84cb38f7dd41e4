// SPDX-License-Identifier: Apache-2.0
// Every request of the simulator's socket, and everything that is wrong with one.

#include "hal-service/simulation/requests.hpp"

#include "tests/support/catch.hpp"

namespace requests_test {

namespace {

using namespace simulation;

const std::vector<hal::ConnectorInfo> connectors = {
    {1, hal::ConnectorType::Type2Cable, 3, {32'000}},
    {2, hal::ConnectorType::Schuko, 1, {10'000}},
    {3, hal::ConnectorType::Type2Socket, 3, {32'000}}};

std::string problem(std::string_view line) {
    const auto request = parse_request(line, connectors);
    return request ? "" : request.error();
}

World after(World world, const std::vector<std::string>& lines) {
    for (const auto& line : lines) {
        INFO(line);
        const auto request = parse_request(line, connectors);
        if (!request) FAIL(request.error());
        CHECK(simulation::apply(world, std::get<Command>(*request)) == nullptr);
    }
    return world;
}

World fresh() { return fresh_world(connectors); }

constexpr std::pair<std::string_view, std::string_view> wrong_requests[] = {
    {"", "not JSON in UTF-8"},
    {"[]", "a request is a JSON object"},
    {"{}", "\"do\" is missing or not a string"},
    {R"({"do":1})", "\"do\" is missing or not a string"},
    {R"({"do":"dance"})", "no request is called \"dance\""},
    {R"({"do":"plug_in"})", "connector is required"},
    {R"({"do":"plug_in","connector":"1"})", "connector is not a number"},
    {R"({"do":"plug_in","connector":0})", "there is no connector 0"},
    {R"({"do":"plug_in","connector":9})", "there is no connector 9"},
    {R"({"do":"plug_in","connector":1,"side":"both"})", "side is not known"},
    {R"({"do":"plug_in","connector":1,"end":"middle"})",
     "end is none of its values: both, charge_point, vehicle"},
    {R"({"do":"plug_in","connector":1,"end":"charge_point"})",
     "end: a type2-cable has no separate charge point end"},
    {R"({"do":"unplug","connector":2,"end":"charge_point"})",
     "end: a schuko has no separate charge point end"},
    {R"({"do":"plug_in","connector":1,"cable_rating":32})",
     "cable_rating: only a type2-socket takes a cable of its own"},
    {R"({"do":"plug_in","connector":3,"cable_rating":16})",
     "cable_rating is none of 13, 20, 32, 63"},
    {R"({"do":"vehicle","connector":1,"max_current":-1})",
     "max_current is out of range or has too many digits"},
    {R"({"do":"vehicle","connector":1,"max_current":1e300})",
     "max_current is out of range or has too many digits"},
    {R"({"do":"vehicle","connector":1,"phases":4})",
     "phases is out of range or has too many digits"},
    {R"({"do":"vehicle","connector":1,"phases":1.5})",
     "phases is out of range or has too many digits"},
    {R"({"do":"vehicle","connector":1,"soc":101})", "soc is out of range or has too many digits"},
    {R"({"do":"vehicle","connector":1,"ready":1})", "ready is not true or false"},
    {R"({"do":"present_tag"})", "present_tag needs either uid or id_tag"},
    {R"({"do":"present_tag","uid":"04A1B2C3","id_tag":"x"})",
     "present_tag needs either uid or id_tag"},
    {R"({"do":"present_tag","uid":"04A1B2"})", "uid is not 4, 7 or 10 bytes in hex"},
    {R"({"do":"present_tag","uid":"04A1B2C3D"})", "uid is not 4, 7 or 10 bytes in hex"},
    {R"({"do":"present_tag","uid":"04A1B2CG"})", "uid is not 4, 7 or 10 bytes in hex"},
    {R"({"do":"present_tag","id_tag":""})", "id_tag is empty"},
    {R"({"do":"present_tag","id_tag":"123456789012345678901"})",
     "id_tag is longer than 20 characters"},
    {R"({"do":"present_tag","uid":"04A1B2C3","stays":1})", "stays is not true or false"},
    {R"({"do":"remove_tag","uid":"04A1B2C3"})", "uid is not known"},
    {R"({"do":"mains"})", "mains needs volts, hertz or interrupt_ms"},
    {R"({"do":"mains","volts":[230,230]})", "volts has not 3 elements"},
    {R"({"do":"mains","volts":230})", "volts is not an array"},
    {R"({"do":"mains","hertz":0})", "hertz is out of range or has too many digits"},
    {R"({"do":"mains","interrupt_ms":0})", "interrupt_ms is out of range or has too many digits"},
    {R"({"do":"fault"})", "name is required"},
    {R"({"do":"fault","name":"gremlin"})", "name is none of its values"},
    {R"({"do":"fault","name":"relay_welded"})", "relay is required with relay_welded"},
    {R"({"do":"fault","name":"relay_welded","relay":"L4"})",
     "relay is none of its values: L1, L2, L3, N"},
    {R"({"do":"fault","name":"pilot_grounded","relay":"L1"})",
     "relay does not belong to pilot_grounded"},
    {R"({"do":"fault","name":"pilot_noise"})", "volts is required with pilot_noise"},
    {R"({"do":"fault","name":"residual_current"})", "residual_current needs ac_ma or dc_ma"},
    {R"({"do":"fault","name":"temperature","celsius":90})", "place is required with temperature"},
    {R"({"do":"fault","name":"temperature","place":"Outlet"})",
     "celsius is required with temperature"},
    {R"({"do":"fault","name":"bus_errors"})", "count is required with bus_errors"},
    {R"({"do":"fault","name":"overcurrent"})", "amps is required with overcurrent"},
    {R"({"do":"fault","name":"residual_monitor"})", "residual_monitor needs broken or offset_ma"},
    {R"({"do":"fault","name":"residual_monitor","offset_ma":1001})",
     "offset_ma is out of range or has too many digits"},
    {R"({"do":"fault","name":"temperature_sensor"})", "place is required with temperature_sensor"},
    {R"({"do":"fault","name":"tamper","place":"Body"})", "place does not belong to tamper"},
    {R"({"do":"fault","name":"lock_jammed","connector":1})", "only a type2-socket has a lock"},
    {R"({"do":"fault","name":"pilot_open","on":"yes"})", "on is not true or false"},
    {R"({"do":"observe","connector":1})", "connector is not known"},
    {R"({"do":"reset","all":true})", "all is not known"},
};

}  // namespace

TEST_CASE("all requests of the interface are understood") {
    for (const std::string_view line : {
             R"({"do":"plug_in","connector":1,"end":"both"})",
             R"({"do":"plug_in","connector":2})",
             R"({"do":"plug_in","connector":3,"end":"charge_point","cable_rating":20})",
             R"({"do":"unplug","connector":1,"end":"both"})",
             R"({"do":"unplug","connector":3,"end":"charge_point"})",
             R"({"do":"vehicle","connector":1})",
             R"({"do":"vehicle","connector":1,"ready":true,"max_current":16,"phases":3,)"
             R"("ventilation":false,"diode":true,"sleepy":false,"bcb_pulses":3,)"
             R"("response_ms":500,"soc":42.5,"battery_kwh":60})",
             R"({"do":"present_tag","uid":"04A1B2C3"})",
             R"({"do":"present_tag","id_tag":"free text"})",
             R"({"do":"mains","volts":[230,230.5,0],"hertz":50})",
             R"({"do":"mains","interrupt_ms":60})",
             R"({"do":"fault","name":"relay_welded","connector":1,"relay":"L1","on":true})",
             R"({"do":"fault","name":"relay_welded","relay":"N"})",
             R"({"do":"fault","name":"relay_welded","on":false})",
             R"({"do":"fault","name":"relay_stuck_open","connector":2,"on":true})",
             R"({"do":"fault","name":"pilot_grounded","connector":1,"on":true})",
             R"({"do":"fault","name":"pilot_noise","connector":1,"volts":1.5,"on":true})",
             R"({"do":"fault","name":"pilot_open","connector":1,"on":true})",
             R"({"do":"fault","name":"residual_current","ac_ma":30,"dc_ma":6,"on":true})",
             R"({"do":"fault","name":"temperature","place":"Outlet","celsius":85.5,"on":true})",
             R"({"do":"fault","name":"temperature","place":"Body","celsius":85,"on":true})",
             R"({"do":"fault","name":"temperature","place":"Inlet","celsius":-10,"on":true})",
             R"({"do":"fault","name":"meter_offline","connector":1,"on":true})",
             R"({"do":"fault","name":"bus_errors","count":3,"on":true})",
             R"({"do":"fault","name":"lock_jammed","connector":3,"on":true})",
             R"({"do":"fault","name":"reader_offline","connector":1,"on":true})",
             R"({"do":"fault","name":"overcurrent","amps":40,"on":true})",
             R"({"do":"fault","name":"protective_earth","connector":1,"on":false})",
             R"({"do":"fault","name":"relay_supply","connector":2})",
             R"({"do":"fault","name":"residual_monitor","broken":true})",
             R"({"do":"fault","name":"residual_monitor","offset_ma":-8})",
             R"({"do":"fault","name":"residual_monitor","on":false})",
             R"({"do":"fault","name":"temperature_sensor","place":"Body"})",
             R"({"do":"fault","name":"temperature_sensor","on":false})",
             R"({"do":"fault","name":"meter_gain","per_mille":980})",
             R"({"do":"fault","name":"tamper"})",
             R"({"do":"fault","name":"button","on":true})",
             R"({"do":"observe"})",
             R"({"do":"reset"})",
         }) {
        INFO(line);
        CHECK(problem(line).empty());
    }
}

TEST_CASE("everything that is wrong with a request is said") {
    for (const auto& [line, reason] : wrong_requests) {
        INFO(line);
        CHECK(problem(line) == reason);
    }
    CHECK(problem(std::string(max_request_bytes + 1, ' ')) == "longer than allowed");
}

TEST_CASE("a UID is told in upper case, whatever its size") {
    for (const auto& [uid, tag] :
         {std::pair{"04a1b2c3", "04A1B2C3"}, std::pair{"04a1b2c3d4e5f6", "04A1B2C3D4E5F6"},
          std::pair{"0102030405060708090A", "0102030405060708090A"}}) {
        const auto request =
            parse_request(std::string(R"({"do":"present_tag","uid":")") + uid + "\"}", connectors);
        REQUIRE(request);
        CHECK(std::get<PresentTag>(*request).id_tag == tag);
    }
}

TEST_CASE("a card that stays lies on the reader until it is removed or the world is reset") {
    auto world = after(fresh(), {R"({"do":"present_tag","uid":"04a1b2c3","stays":true})"});
    CHECK(std::string(world.card.data()) == "04A1B2C3");
    world = after(world, {R"({"do":"remove_tag"})"});
    CHECK(world == fresh());
    // 20 characters may be 80 bytes.
    const std::string wide =
        "\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511"
        "\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511"
        "\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511"
        "\U0001F511\U0001F511\U0001F511\U0001F511\U0001F511";
    world = after(fresh(), {R"({"do":"present_tag","stays":true,"id_tag":")" + wide + "\"}"});
    CHECK(std::string(world.card.data()) == wide);
    CHECK(after(world, {R"({"do":"reset"})"}) == fresh());
    const auto moment =
        parse_request(R"({"do":"present_tag","uid":"04A1B2C3","stays":false})", connectors);
    REQUIRE(moment);
    CHECK(std::get<PresentTag>(*moment).id_tag == "04A1B2C3");
}

TEST_CASE("a reset of the world brings back the mains of the board") {
    auto world = fresh_world(connectors, {60'000});
    CHECK(world.mains.frequency.count == 60'000);
    world = after(world, {R"({"do":"mains","hertz":50})", R"({"do":"reset"})"});
    CHECK(world.mains.frequency.count == 60'000);
}

TEST_CASE("plugging in and out moves the ends") {
    auto world = after(fresh(), {R"({"do":"plug_in","connector":3,"cable_rating":20})"});
    CHECK(world.outlets[2].cable_in);
    CHECK(world.outlets[2].vehicle_in);
    CHECK(world.outlets[2].cable_rating == 20);
    CHECK_FALSE(world.outlets[0].vehicle_in);
    world = after(world, {R"({"do":"unplug","connector":3,"end":"vehicle"})"});
    CHECK(world.outlets[2].cable_in);
    CHECK_FALSE(world.outlets[2].vehicle_in);
    world = after(world, {R"({"do":"unplug","connector":3})",
                          R"({"do":"plug_in","connector":3,"end":"charge_point"})"});
    CHECK(world.outlets[2].cable_rating == 32);
}

TEST_CASE("the lock holds the charge point end and only that") {
    auto world = after(fresh(), {R"({"do":"plug_in","connector":3})"});
    world.outlets[2].locked = true;
    for (const auto end : {End::Both, End::ChargePoint}) {
        auto held = world;
        CHECK(simulation::apply(held, Command{Unplug{3, end}}) != nullptr);
        CHECK(held == world);
    }
    CHECK(simulation::apply(world, Command{Unplug{3, End::Vehicle}}) == nullptr);
}

TEST_CASE("a battery keeps its state of charge when its size changes") {
    const auto world = after(fresh(), {R"({"do":"vehicle","connector":1,"soc":50})",
                                       R"({"do":"vehicle","connector":1,"battery_kwh":80})"});
    CHECK(world.outlets[0].car.battery.count == 80'000);
    CHECK(world.outlets[0].car.charge_uwh == 40'000 * microwatt_hours_per_watt_hour);
}

TEST_CASE("every value of a request reaches the world, in its unit") {
    const auto world = after(
        fresh(), {R"({"do":"vehicle","connector":1,"ready":false,"max_current":10.5,"phases":2,)"
                  R"("ventilation":true,"diode":false,"sleepy":true,"bcb_pulses":3,)"
                  R"("response_ms":1500,"battery_kwh":40,"soc":25})",
                  R"({"do":"mains","volts":[231.5,0,229],"hertz":49.95,"interrupt_ms":60})"});
    const auto& car = world.outlets[0].car;
    CHECK_FALSE((car.ready || car.diode));
    CHECK((car.ventilation && car.sleepy));
    CHECK(car.max_current.count == 10'500);
    CHECK((car.phases == 2 && car.bcb_pulses == 3));
    CHECK(car.response == std::chrono::milliseconds{1500});
    CHECK(car.battery.count == 40'000);
    CHECK(car.charge_uwh == 10'000 * microwatt_hours_per_watt_hour);
    CHECK(world.mains.voltage[0].count == 231'500);
    CHECK(world.mains.voltage[1].count == 0);
    CHECK(world.mains.frequency.count == 49'950);
    CHECK(world.mains.interruption == std::chrono::milliseconds{60});
    CHECK(world.outlets[1].car == Car{});
}

TEST_CASE("every fault reaches its place in the world, and leaves it") {
    struct Row {
        std::string particulars;
        bool (*is_on)(const OutletFaults&);
    };
    using F = const OutletFaults&;
    const std::pair<FaultName, Row> rows[] = {
        {FaultName::RelayWelded, {R"("relay":"L3")", [](F f) { return f.welded[2]; }}},
        {FaultName::RelayStuckOpen, {"", [](F f) { return f.stuck_open; }}},
        {FaultName::PilotGrounded, {"", [](F f) { return f.pilot_grounded; }}},
        {FaultName::PilotNoise,
         {R"("volts":1.5)", [](F f) { return f.pilot_noise.count == 1500; }}},
        {FaultName::PilotOpen, {"", [](F f) { return f.pilot_open; }}},
        {FaultName::ResidualCurrent,
         {R"("ac_ma":30,"dc_ma":6)",
          [](F f) { return f.residual_ac.count == 30 && f.residual_dc.count == 6; }}},
        {FaultName::Temperature,
         {R"("place":"Outlet","celsius":85.5)",
          [](F f) { return f.outlet_temperature == units::MilliCelsius{85'500}; }}},
        {FaultName::MeterOffline, {"", [](F f) { return f.meter_offline; }}},
        {FaultName::BusErrors, {R"("count":7)", [](F f) { return f.bus_errors == 7; }}},
        {FaultName::LockJammed, {"", [](F f) { return f.lock_jammed; }}},
        {FaultName::ReaderOffline, {"", [](F f) { return f.reader_offline; }}},
        {FaultName::Overcurrent,
         {R"("amps":40)", [](F f) { return f.overcurrent.count == 40'000; }}},
        {FaultName::ProtectiveEarth, {"", [](F f) { return f.protective_earth; }}},
        {FaultName::RelaySupply, {"", [](F f) { return f.relay_supply; }}},
        {FaultName::ResidualMonitor,
         {R"("broken":true,"offset_ma":-9)",
          [](F f) {
              return f.residual_monitor == MonitorFault{true, {-9}};
          }}},
        {FaultName::TemperatureSensor,
         {R"("place":"Inlet")", [](F f) { return f.lost_temperature[2]; }}},
        {FaultName::MeterGain, {R"("per_mille":980)", [](F f) { return f.meter_gain == 980; }}},
        {FaultName::Tamper, {"", [](F f) { return f.tamper; }}},
        {FaultName::Button, {"", [](F f) { return f.button; }}},
    };
    REQUIRE(std::size(rows) == names(FaultName{}).size());
    for (const auto& [name, row] : rows) {
        const auto begin =
            R"({"do":"fault","connector":3,"name":")" + std::string(shared::name_of(name)) + '"';
        INFO(begin);
        auto world =
            after(fresh(), {begin + (row.particulars.empty() ? "" : ',' + row.particulars) + '}'});
        CHECK(row.is_on(world.outlets[2].faults));
        CHECK(world.outlets[0].faults == OutletFaults{});
        world = after(world, {begin + R"(,"on":false})"});
        CHECK(world.outlets[2].faults == OutletFaults{});
    }
}

TEST_CASE("faults stay until they are switched off, and reset clears everything") {
    auto world =
        after(fresh(), {R"({"do":"fault","name":"relay_welded","relay":"L2"})",
                        R"({"do":"fault","name":"relay_welded","relay":"N"})",
                        R"({"do":"fault","name":"temperature","place":"Body","celsius":90})",
                        R"({"do":"fault","name":"residual_current","dc_ma":6})",
                        R"({"do":"plug_in","connector":1})", R"({"do":"mains","volts":[0,0,0]})",
                        R"({"do":"vehicle","connector":2,"ready":false})"});
    const auto& faults = world.outlets[0].faults;
    CHECK(faults.welded == std::array{false, true, false, true});
    CHECK(faults.body_temperature == units::MilliCelsius{90'000});
    CHECK_FALSE(faults.outlet_temperature);
    CHECK(faults.residual_dc.count == 6);
    world = after(world, {R"({"do":"fault","name":"relay_welded","relay":"L2","on":false})"});
    CHECK(faults.welded == std::array{false, false, false, true});
    world = after(world, {R"({"do":"fault","name":"temperature","on":false})",
                          R"({"do":"fault","name":"relay_welded","on":false})",
                          R"({"do":"fault","name":"residual_current","on":false})"});
    CHECK(faults == OutletFaults{});
    CHECK(after(world, {R"({"do":"reset"})"}) == fresh());
}

}  // namespace requests_test
