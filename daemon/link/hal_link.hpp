// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Unix socket to chargepoint-hald. Readings become events; wishes go down. A hardware process
// that is away, mute or of another version is one state: disconnected.

#include "daemon/host/asio.hpp"
#include "hal-service/shared/lines.hpp"
#include "hal-service/shared/messages.hpp"
#include "ocpp/core/step.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace charge_daemon {

struct HalTimes {
    std::chrono::milliseconds retry{500};
    std::chrono::milliseconds retry_after_refusal{5'000};
    std::chrono::milliseconds silence{5'000};  // readings come every second
};

struct HalReport {
    bool connected = false;
    std::string software;
    std::string problem;
};

class HalLink {
public:
    struct Sinks {
        std::function<void(ocpp::core::Event)> event;
        std::function<void(ocpp::core::Note)> note;
    };

    HalLink(asio::io_context& io, std::string path, std::vector<hal::ConnectorInfo> connectors,
            hal::Hello hello, HalTimes times, Sinks sinks);
    HalLink(const HalLink&) = delete;
    HalLink& operator=(const HalLink&) = delete;

    void start();
    void stop();
    // Every connector has told its state since the connection began. Before that the wishes rest on
    // what is not known any more, and are not sent: they might stop a session that goes on.
    bool ready() const { return unheard_ == 0 && greeted_; }
    // The wishes for all connectors, with one write; they are kept for repeat(). False when they
    // could not be sent now. Neither calls a sink.
    bool send(const std::vector<hal::Setpoint>& setpoints);
    bool repeat();
    // What the panel shall be; sent at once, and with each repetition.
    void show(const hal::Panel& panel);
    void send_restart();
    HalReport report() const;

private:
    void connect();
    void connect_later(std::chrono::milliseconds wait);
    void read();
    void take(std::string_view line);
    void greet(std::string_view line);
    void told(const hal::WeldChecked& check);
    void refuse(const std::string& reason);
    void watch_silence();
    void write(const std::string& text);
    void flush();
    void over(const std::string& problem, std::chrono::milliseconds wait);

    std::string path_;
    std::vector<hal::ConnectorInfo> connectors_;
    hal::Hello hello_;
    HalTimes times_;
    Sinks sinks_;
    LocalSocket socket_;
    Timer retry_;
    Timer silence_;
    shared::Lines lines_{hal::max_line_bytes};
    std::array<char, 8192> block_{};
    SteadyClock::time_point heard_;
    std::string newest_;   // the setpoints, as lines
    std::string panel_;    // the panel, as a line
    std::string writing_;  // on its way
    std::string waiting_;  // behind it: only the newest setpoints are worth sending
    std::string software_;
    std::string problem_;
    std::vector<bool> heard_connectors_;
    std::size_t unheard_ = 0;
    std::uint64_t connection_ = 0;  // handlers of an earlier one have nothing to say
    bool open_ = false;
    bool greeted_ = false;
    bool stopped_ = false;
};

}  // namespace charge_daemon
