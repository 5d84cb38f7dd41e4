// SPDX-License-Identifier: Apache-2.0
// All of chargepoint-hald but its main: a session over both sockets, with a real loop in real time.

#include "hal-service/event_loop.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/hal-service/client.hpp"
#include "tests/support/folder.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <thread>

namespace event_loop_test {

namespace {

using namespace hal;
using namespace std::chrono_literals;

const std::vector<ConnectorInfo> connectors = {{1, ConnectorType::Type2Cable, 3, {32'000}},
                                               {2, ConnectorType::Schuko, 1, {10'000}}};

// Lights and a reader of a real board.
class TestFront final : public Front {
public:
    ~TestFront() override { close(signal_); }
    void show(const PanelState& shown) override { shown_.write(shown); }
    int signal() const override { return signal_; }
    std::optional<std::string> next_tag() override {
        std::uint64_t count = 0;
        if (read(signal_, &count, sizeof count) < 0) return std::nullopt;
        return "04C0FFEE";
    }
    void read_card() {
        const std::uint64_t one = 1;
        REQUIRE(write(signal_, &one, sizeof one) == sizeof one);
    }
    const PanelState& shown() { return shown_.read(); }

private:
    const int signal_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    Slot<PanelState> shown_;
};

// As main puts it together.
class Running {
public:
    explicit Running(const std::string& folder, Front* front = nullptr) : folder_(folder) {
        auto daemon = LineServer::listen(folder + "/hal.sock", daemon_limits);
        auto control = LineServer::listen(folder + "/sim.sock", simulation::control_limits);
        auto kept = KeptFile::open(folder);
        auto memory = simulation::MeterMemory::open(folder);
        REQUIRE((daemon && control && kept && memory));
        const auto world_path = simulation::WorldFile::path_for(folder + "/sim.sock");
        const auto world = simulation::WorldFile(world_path).load(connectors);
        REQUIRE(world);
        simulator_.emplace(connectors, *world, *std::move(memory), 1, signal_);
        const auto known = kept->load(connectors);
        loop_.emplace(*simulator_, connectors, Fallback{}, known, signal_);
        service_.emplace(EventLoop::Edges{*loop_, signal_, nothing_, *std::move(daemon),
                                          std::nullopt, *std::move(kept), &*simulator_,
                                          *std::move(control), world_path, front},
                         connectors, 5s);
        loop_->start();
        thread_ = std::thread([this] { end_ = service_->run(); });
    }
    ~Running() {
        if (thread_.joinable()) {
            bench::Client daemon(folder_ + "/hal.sock");
            greet(daemon);
            daemon.send(encode(ToHardware{Restart{}}));
            thread_.join();
        }
        close(signal_);
        close(nothing_);
    }
    EventLoop::End join() {
        thread_.join();
        return end_;
    }
    static void greet(const bench::Client& client) {
        client.send(encode(ToHardware{Hello{protocol_version, {"test"}, {"1"}, {}}}));
    }

private:
    const std::string folder_;
    const int signal_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const int nothing_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    std::optional<simulation::Simulator> simulator_;
    std::optional<ControlLoop> loop_;
    std::optional<EventLoop> service_;
    EventLoop::End end_{};
    std::thread thread_;
};

std::string wish(std::int64_t milliamps, Indication indication = Indication::Available) {
    Setpoint setpoint;
    setpoint.indication = indication;
    setpoint.power_allowed = milliamps > 0;
    setpoint.current_limit = {milliamps};
    setpoint.valid_for = 5s;
    return encode(ToHardware{setpoint});
}

shared::Json reading_where(bench::Client& daemon, int connector,
                           const std::function<bool(const shared::Json&)>& condition) {
    for (int i = 0; i < 100; ++i) {
        auto reading = daemon.next("reading");
        if (reading["connector"] == connector && condition(reading)) return reading;
    }
    FAIL("no such reading");
    return {};
}

}  // namespace

TEST_CASE("a session over both sockets, with a restart in which nothing is lost") {
    const support::Folder folder;
    std::int64_t energy = 0;
    std::string instance;
    {
        Running running(folder.path());
        bench::Client daemon(folder / "hal.sock");
        instance = daemon.next("hello")["instance"];
        Running::greet(daemon);
        const auto first = reading_where(daemon, 1, [](const auto&) { return true; });
        CHECK(first["pilot"] == "A");
        CHECK(first["plug_count"] == 0);

        bench::Client control(folder / "sim.sock");
        control.say(R"({"do":"plug_in","connector":1})");
        CHECK(control.json()["ok"] == true);
        reading_where(daemon, 1, [](const auto& r) { return r["plugged"] == true; });
        daemon.send(wish(16'000));
        reading_where(daemon, 1, [](const auto& r) { return r["contactor_closed"] == true; });
        reading_where(daemon, 1, [](const auto& r) { return r["energy"] > 0; });
        control.say(R"({"do":"observe"})");
        const auto truth = control.json()["connectors"][0];
        CHECK(truth["relays"]["L3"] == true);
        CHECK(truth["pilot"]["high_volts"] == 6.0);
        CHECK(truth["pilot"]["low_volts"] == -12.0);
        CHECK(truth["pilot"]["duty_percent"] == Approx(26.6666));
        CHECK(truth["watts"] == 11040.0);

        control.say(R"({"do":"present_tag","uid":"04a1b2c3"})");
        CHECK(control.json()["ok"] == true);
        CHECK(daemon.next("tag_read")["id_tag"] == "04A1B2C3");

        daemon.send(encode(ToHardware{Restart{}}));
        const auto last =
            reading_where(daemon, 1, [](const auto& r) { return r["contactor_closed"] == false; });
        energy = last["energy"];
        CHECK(running.join() == EventLoop::End::Restart);
    }
    Running again(folder.path());
    bench::Client daemon(folder / "hal.sock");
    CHECK(daemon.next("hello")["instance"] != instance);
    Running::greet(daemon);
    const auto reading = reading_where(daemon, 1, [](const auto&) { return true; });
    CHECK(reading["plugged"] == true);
    CHECK(reading["plug_count"] == 1);
    CHECK(reading["contactor_closed"] == false);
    CHECK(reading["energy"] >= energy);
    bench::Client control(folder / "sim.sock");
    control.say(R"({"do":"observe"})");
    const auto seen = control.json();
    CHECK(seen["switch_count"]["1"] == 1);
    CHECK(seen["connectors"][0]["energy_wh"].get<double>() * 1000 ==
          Approx(reading["energy"].get<double>()));
}

TEST_CASE("what is to be shown reaches the lights, and a fault is shown instead") {
    const support::Folder folder;
    TestFront front;
    Running running(folder.path(), &front);
    bench::Client daemon(folder / "hal.sock");
    bench::Client control(folder / "sim.sock");
    const auto lights = [&] {
        control.say(R"({"do":"observe"})");
        return control.json()["leds"];
    };
    const auto become = [&](const std::function<bool(const shared::Json&)>& condition) {
        for (int waited = 0; waited < 10'000; waited += 5) {
            if (condition(lights())) return true;
            poll(nullptr, 0, 5);
        }
        return false;
    };
    CHECK(lights()["daemon"] == false);
    Running::greet(daemon);
    daemon.send(wish(0, Indication::Reserved));
    daemon.send(encode(ToHardware{Panel{30, true}}));
    CHECK(become([](const auto& l) {
        return l["1"]["indication"] == "Reserved" && l["downlight"] == true;
    }));
    CHECK(lights()["light_intensity"] == 30);
    CHECK(lights()["2"]["indication"] == "Available");
    CHECK(lights()["1"]["colour"] != lights()["2"]["colour"]);
    CHECK(front.shown().indications[0] == Indication::Reserved);
    CHECK(front.shown().panel == Panel{30, true});
    CHECK(front.shown().daemon);

    control.say(R"({"do":"fault","name":"protective_earth","connector":1})");
    CHECK(control.json()["ok"] == true);
    CHECK(become([](const auto& l) { return l["1"]["indication"] == "Faulted"; }));
    CHECK(front.shown().indications[0] == Indication::Faulted);
    CHECK(front.shown().indications[1] == Indication::Available);
}

TEST_CASE("a tag of a real reader is told") {
    const support::Folder folder;
    TestFront front;
    Running running(folder.path(), &front);
    bench::Client daemon(folder / "hal.sock");
    Running::greet(daemon);
    reading_where(daemon, 1, [](const auto&) { return true; });
    front.read_card();
    CHECK(daemon.next("tag_read")["id_tag"] == "04C0FFEE");
}

TEST_CASE("a failing supply is told at once, and registers are on file") {
    const support::Folder folder;
    Running running(folder.path());
    bench::Client daemon(folder / "hal.sock");
    bench::Client control(folder / "sim.sock");
    Running::greet(daemon);
    control.say(R"({"do":"plug_in","connector":1})");
    CHECK(control.json()["ok"] == true);
    daemon.send(wish(16'000));
    reading_where(daemon, 1, [](const auto& r) { return r["energy"] > 0; });
    control.say(R"({"do":"mains","interrupt_ms":200})");
    CHECK(control.json()["ok"] == true);
    const auto dark = reading_where(daemon, 1, [](const auto& r) { return r["mains"] == false; });
    reading_where(daemon, 1, [](const auto& r) { return r["mains"] == true; });
    const auto kept = [&] {
        const auto file = KeptFile::open(folder.path());
        return file ? file->load(connectors)[0].energy.count : 0;
    };
    reading_where(daemon, 1,
                  [&](const auto&) { return kept() >= dark["energy"].get<std::int64_t>(); });
    // Nobody orders it.
    CHECK(running.join() == EventLoop::End::Restart);
}

}  // namespace event_loop_test
