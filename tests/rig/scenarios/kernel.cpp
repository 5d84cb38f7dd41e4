// SPDX-License-Identifier: Apache-2.0
// The rig itself: its chips through the kernel's own interfaces, and errors as a real bus has them.

#include "tests/rig/scenarios/script.hpp"

#include <fcntl.h>
#include <linux/gpio.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/spi/spidev.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace rig {
namespace {

using Byte = std::uint8_t;
using namespace std::chrono_literals;

class Descriptor {
public:
    explicit Descriptor(const std::string& path) : number_(open(path.c_str(), O_RDWR)) {
        must(number_ >= 0, path + " can be opened: " + std::strerror(errno));
    }
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(number_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    const int number_;
};

template <std::size_t Size>
std::array<Byte, Size> exchange(const Descriptor& bus, std::array<Byte, Size> bytes, bool mode_3) {
    Byte mode = mode_3 ? SPI_MODE_3 : SPI_MODE_0;
    must(ioctl(bus.number(), SPI_IOC_WR_MODE, &mode) == 0, "the SPI mode can be set");
    std::array<Byte, Size> received{};
    spi_ioc_transfer transfer{};
    transfer.tx_buf = reinterpret_cast<std::uintptr_t>(bytes.data());
    transfer.rx_buf = reinterpret_cast<std::uintptr_t>(received.data());
    transfer.len = Size;
    must(ioctl(bus.number(), SPI_IOC_MESSAGE(1), &transfer) == static_cast<int>(Size),
         "an SPI transfer succeeds");
    return received;
}

void spi_chips_answer() {
    const Descriptor converter("/dev/spidev0.0");
    const auto rail = exchange<3>(converter, {0x07, 0x00, 0x00}, false);  // channel 4
    const int code = (rail[1] & 0x0F) << 8 | rail[2];
    // 12 V at a gain of 0.12 above half of 3.3 V.
    must(std::abs(code - 3835) <= 5, "the converter shows 12 V, not " + std::to_string(code));

    const Descriptor meter("/dev/spidev0.1");
    exchange<4>(meter, {0x00, 0x7F, 0x55, 0xAA}, true);
    exchange<4>(meter, {0x00, 0x00, 0x00, 0x01}, true);
    must(exchange<4>(meter, {0x80, 0x78, 0, 0}, true)[3] == 0x01, "the meter tells the last word");
    must(exchange<4>(meter, {0x80, 0x00, 0, 0}, true)[3] == 0x01, "the meter is enabled");
}

int transfer(const Descriptor& bus, std::uint16_t address, Byte pointer,
             std::array<Byte, 2>& read) {
    i2c_msg messages[2]{};
    messages[0] = {address, 0, 1, &pointer};
    messages[1] = {address, I2C_M_RD, 2, read.data()};
    i2c_rdwr_ioctl_data both{messages, 2};
    return ioctl(bus.number(), I2C_RDWR, &both) == 2 ? 0 : errno;
}

void i2c_chips_answer() {
    const Descriptor bus("/dev/i2c-1");
    Connection board(run_folder + "rig.sock");
    std::array<Byte, 2> read{};
    must(transfer(bus, 0x48, 0, read) == 0, "the thermometer answers");
    must(read[0] == 25, "25 degrees");
    must(transfer(bus, 0x33, 0, read) == ENXIO, "nobody at another address");
    ioctl(bus.number(), I2C_TIMEOUT, 5UL);  // 50 ms
    board.ask({{"do", "i2c_hang"}});
    const auto begin = now();
    must(transfer(bus, 0x48, 0, read) == ETIMEDOUT, "a bus that hangs");
    const auto took = now() - begin;
    must(took > 40ms && took < 80ms, "the timeout is obeyed");
    board.ask({{"do", "i2c_hang"}, {"on", false}});
    must(transfer(bus, 0x48, 0, read) == 0, "it has recovered");
}

int request_line(const Descriptor& chip, unsigned line, std::uint64_t flags) {
    gpio_v2_line_request request{};
    request.offsets[0] = line;
    request.num_lines = 1;
    request.config.flags = flags;
    return ioctl(chip.number(), GPIO_V2_GET_LINE_IOCTL, &request) == 0 ? request.fd : -errno;
}

void lines_are_held_and_have_edges() {
    const Descriptor chip("/dev/gpiochip0");
    const Descriptor wave(
        request_line(chip, 19, GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING));
    must(wave.number() >= 0, "PE_OK can be requested");
    must(request_line(chip, 19, GPIO_V2_LINE_FLAG_INPUT) == -EBUSY, "by one only");
    std::array<std::uint64_t, 2> at{};
    for (auto& time : at) {
        gpio_v2_line_event event{};
        must(read(wave.number(), &event, sizeof event) == sizeof event, "an edge comes");
        time = event.timestamp_ns;
    }
    const auto period = std::chrono::nanoseconds(at[1] - at[0]);
    must(period > 19ms && period < 21ms, "at 50 Hz");
}

bool write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path);
    file << text << std::flush;
    return file.good();
}

void pwm_has_an_order() {
    const std::string chip = "/sys/class/pwm/pwmchip0/";
    write_file(chip + "export", "0");
    must(!write_file(chip + "pwm0/duty_cycle", "500000"), "no duty cycle before the period");
    must(write_file(chip + "pwm0/period", "1000000"), "a period");
    must(!write_file(chip + "pwm0/duty_cycle", "1000001"), "no duty cycle above the period");
    must(write_file(chip + "pwm0/duty_cycle", "1000000"), "a duty cycle");
    must(write_file(chip + "pwm0/enable", "1"), "enabled");
    Connection world(run_folder + "simulator.sock");
    const auto until = now() + 1s;
    Json pilot;
    do
        pilot = world.ask({{"do", "observe"}})["connectors"][0]["pilot"];
    while (pilot["high_volts"] != 12.0 && now() < until);
    must(pilot["high_volts"] == 12.0 && pilot["pwm"] == false, "steady +12 V, not " + pilot.dump());
}

}  // namespace

std::vector<Scenario> kernel_scenarios() {
    return {{"SPI chips answer through spidev", spi_chips_answer},
            {"I2C chips answer, are absent, hang and recover", i2c_chips_answer},
            {"GPIO lines are held by one and have edges", lines_are_held_and_have_edges},
            {"PWM through sysfs insists on its order", pwm_has_an_order}};
}

}  // namespace rig
