// SPDX-License-Identifier: Apache-2.0
// A program that is killed between its first start after a power cut and the first readings must
// not make the power cut be forgotten.

#include "ocpp/charge_point.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_store.hpp"

namespace interrupted_boot_test {

using namespace std::chrono_literals;
using namespace ocpp::core;

namespace {

// One run of the program after another over one store; the machine boots in between, or not.
class Machine {
public:
    void start(const std::string& boot) {
        Setup setup;
        setup.vendor = "Acme";
        setup.model = "One";
        setup.serial_number = setup.identity = "CP0001";
        setup.boot_id = boot;
        setup.message_prefix = "run";
        setup.connectors = {{1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}}};
        setup.factory_keys = {{"FreeCharging", "1.true"}};
        point_.emplace(std::move(setup), store_.load());
        take(Started{});
    }
    void end(test::End how) {
        point_.reset();
        store_.end(how);
    }
    void hal(const std::string& instance) {
        hal::Hello hello;
        hello.instance.value = instance;
        take(HalConnected{hello});
    }
    void seconds(int count) {
        for (int i = 0; i < count; ++i) {
            take(reading);
            now_.steady += 1s;
            now_.utc += 1s;
        }
    }
    // The reason of the StopTransaction that waits; "" when there is none.
    std::string reason() {
        for (const auto& message : store_.load().queue)
            if (message.kind == QueuedKind::StopTransaction)
                for (const char* reason : {"PowerLoss", "Reboot"})
                    if (message.payload.find(reason) != std::string::npos) return reason;
        return "";
    }

    hal::Reading reading;

private:
    void take(const Event& event) {
        const auto outcome = point_->step(event, now_);
        store_.keep(outcome.changes, now_.steady);
        for (const auto& wish : outcome.setpoints) {
            reading.contactor_closed = reading.ev_requests = wish.power_allowed;
            reading.offered = wish.current_limit;
        }
    }

    Now now_{std::chrono::steady_clock::time_point{1h},
             std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    test::MemoryStore store_;
    std::optional<ocpp::ChargePoint> point_;
};

Machine charging() {
    Machine machine;
    machine.start("boot 1");
    machine.hal("hal 1");
    machine.reading.connector = 1;
    machine.reading.plugged = machine.reading.cable = true;
    machine.reading.plug_count = 1;
    machine.reading.temperature_limit = machine.reading.cable_limit = units::Milliamps{32'000};
    machine.seconds(30);
    REQUIRE(machine.reading.contactor_closed);
    return machine;
}

}  // namespace

TEST_CASE("a power cut is not forgotten by a program that is killed before its first reading") {
    auto machine = charging();
    machine.end(test::End::PowerCut);
    machine.start("boot 2");
    machine.end(test::End::Killed);
    machine.start("boot 2");
    machine.hal("hal 2");
    machine.end(test::End::Killed);
    machine.start("boot 2");
    machine.hal("hal 3");
    machine.seconds(10);
    CHECK(machine.reason() == "PowerLoss");
}

TEST_CASE("a program that is killed later, within the boot, was not without power") {
    auto machine = charging();
    machine.end(test::End::Killed);
    machine.start("boot 1");
    machine.end(test::End::Killed);
    machine.start("boot 1");
    machine.hal("hal 2");
    machine.seconds(10);
    CHECK(machine.reason() == "Reboot");
}

}  // namespace interrupted_boot_test
