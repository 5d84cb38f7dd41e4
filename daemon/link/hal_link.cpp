// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/hal_link.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace charge_daemon {
namespace {

using ocpp::core::Note;
using ocpp::core::Severity;

ocpp::core::NoteFields fields_of(const hal::WeldChecked& check) {
    std::string volts;
    for (const auto voltage : check.voltage)
        volts += (volts.empty() ? "" : ",") + std::to_string(voltage.count);
    return {{"connector", check.connector},
            {"detected", check.detected},
            {"relay", check.relay.value},
            {"voltage", ocpp::core::JsonText{'[' + volts + ']'}},
            {"samples", check.samples}};
}

std::string text_of(const std::vector<hal::ConnectorInfo>& connectors) {
    std::string text;
    for (const auto& connector : connectors)
        text += (text.empty() ? "" : ", ") + std::to_string(connector.id) + " = " +
                std::string(shared::name_of(connector.type)) + ' ' +
                std::to_string(connector.phases) + "x" +
                std::to_string(connector.max_current.count) + " mA";
    return text.empty() ? "none" : text;
}

// Refusal::reason is bounded on the wire.
shared::Text<200> bounded(const std::string& text) {
    return {text.substr(0, shared::Text<200>::max)};
}

}  // namespace

HalLink::HalLink(asio::io_context& io, std::string path, std::vector<hal::ConnectorInfo> connectors,
                 hal::Hello hello, HalTimes times, Sinks sinks)
    : path_(std::move(path)),
      connectors_(std::move(connectors)),
      hello_(std::move(hello)),
      times_(times),
      sinks_(std::move(sinks)),
      socket_(io.get_executor()),
      retry_(io.get_executor()),
      silence_(io.get_executor()) {}

void HalLink::start() { connect(); }

void HalLink::stop() {
    stopped_ = true;
    retry_.cancel();
    silence_.cancel();
    ++connection_;
    ErrorCode ignored;  // nobody is left to tell
    socket_.close(ignored);
    open_ = greeted_ = false;
}

void HalLink::connect() {
    if (stopped_) return;
    const auto mine = ++connection_;
    lines_ = shared::Lines(hal::max_line_bytes);
    writing_.clear();
    waiting_.clear();
    socket_.async_connect(asio::local::stream_protocol::endpoint(path_),
                          [this, mine](ErrorCode ec) {
                              if (mine != connection_) return;
                              if (ec) return over(path_ + ": " + ec.message(), times_.retry);
                              open_ = true;
                              heard_ = SteadyClock::now();
                              write(hal::encode(hal::ToHardware{hello_}));
                              watch_silence();
                              read();
                          });
}

void HalLink::connect_later(std::chrono::milliseconds wait) {
    retry_.expires_after(wait);
    retry_.async_wait([this](ErrorCode ec) {
        if (!ec) connect();
    });
}

void HalLink::read() {
    socket_.async_read_some(
        asio::buffer(block_), [this, mine = connection_](ErrorCode ec, std::size_t size) {
            if (mine != connection_) return;
            if (ec)
                return over(ec == asio::error::eof ? "chargepoint-hald has gone" : ec.message(),
                            times_.retry);
            heard_ = SteadyClock::now();
            if (!lines_.feed({block_.data(), size}))
                return refuse("a line is longer than " + std::to_string(hal::max_line_bytes) +
                              " bytes");
            while (const auto line = lines_.next()) {
                take(*line);
                if (mine != connection_) return;
            }
            read();
        });
}

void HalLink::take(std::string_view line) {
    if (!greeted_) return greet(line);
    auto message = hal::decode_from_hardware(line);
    if (!message) return refuse("a line is wrong: " + message.error());
    if (auto* reading = std::get_if<hal::Reading>(&*message)) {
        if (reading->connector < 1 || reading->connector > static_cast<int>(connectors_.size()))
            return refuse("a reading of connector " + std::to_string(reading->connector) +
                          ", which there is not");
        const auto index = static_cast<std::size_t>(reading->connector - 1);
        if (!heard_connectors_[index]) --unheard_;
        heard_connectors_[index] = true;
        sinks_.event(std::move(*reading));
    } else if (auto* tag = std::get_if<hal::TagRead>(&*message)) {
        sinks_.event(std::move(*tag));
    } else if (const auto* check = std::get_if<hal::WeldChecked>(&*message)) {
        told(*check);
    } else if (const auto* refusal = std::get_if<hal::Refusal>(&*message)) {
        over("chargepoint-hald refuses: " + refusal->reason.value, times_.retry_after_refusal);
    } else {
        refuse("a second hello");
    }
}

void HalLink::greet(std::string_view line) {
    const auto version = hal::version_in_hello(line);
    if (version && *version != hal::protocol_version)
        return refuse("chargepointd speaks version " + std::to_string(hal::protocol_version) +
                      " of the HAL protocol, chargepoint-hald version " + std::to_string(*version));
    auto message = hal::decode_from_hardware(line);
    if (!message) return refuse("the first line is wrong: " + message.error());
    if (const auto* refusal = std::get_if<hal::Refusal>(&*message))
        return over("chargepoint-hald refuses: " + refusal->reason.value,
                    times_.retry_after_refusal);
    auto* hello = std::get_if<hal::Hello>(&*message);
    if (!hello) return refuse("the first line is no hello");
    if (!std::ranges::equal(hello->connectors, connectors_))
        return refuse("the connectors differ: chargepointd has " + text_of(connectors_) +
                      ", chargepoint-hald has " + text_of(hello->connectors));
    greeted_ = true;
    heard_connectors_.assign(connectors_.size(), false);
    unheard_ = connectors_.size();
    software_ = hello->software.value;
    problem_.clear();
    sinks_.note({Severity::Info,
                 "hal",
                 "connected to " + software_,
                 {{"state", "connected"}, {"software", software_}}});
    sinks_.event(ocpp::core::HalConnected{std::move(*hello)});
}

void HalLink::told(const hal::WeldChecked& check) {
    const auto severity = check.detected ? Severity::Warning : Severity::Info;
    const auto found = check.detected ? "relay " + check.relay.value + " is welded" : "no weld";
    sinks_.note({severity, "weld_check",
                 "connector " + std::to_string(check.connector) + ": " + found, fields_of(check)});
    sinks_.event(check);
}

// Says why to the peer, as far as it still listens.
void HalLink::refuse(const std::string& reason) {
    const auto line = hal::encode(hal::ToHardware{hal::Refusal{bounded(reason)}});
    ErrorCode ignored;
    if (writing_.empty()) {
        socket_.non_blocking(true, ignored);
        socket_.write_some(asio::buffer(line), ignored);
    }
    over(reason, times_.retry_after_refusal);
}

// Looks only as often as somebody may be missed, so that an idle daemon sleeps.
void HalLink::watch_silence() {
    silence_.expires_at(heard_ + times_.silence);
    silence_.async_wait([this, mine = connection_](ErrorCode ec) {
        if (ec || mine != connection_) return;
        if (SteadyClock::now() - heard_ >= times_.silence)
            return over("chargepoint-hald is mute", times_.retry);
        watch_silence();
    });
}

void HalLink::over(const std::string& problem, std::chrono::milliseconds wait) {
    ++connection_;
    ErrorCode ignored;  // closing is all that can be done with it
    socket_.close(ignored);
    silence_.cancel();
    open_ = false;
    const bool was_greeted = std::exchange(greeted_, false);
    if (problem != problem_ && !was_greeted)  // the charge point tells about the end itself
        sinks_.note({Severity::Warning,
                     "hal",
                     "no hardware: " + problem,
                     {{"state", "disconnected"}, {"reason", problem}}});
    problem_ = problem;
    connect_later(wait);
    if (was_greeted) sinks_.event(ocpp::core::HalDisconnected{problem});
}

bool HalLink::send(const std::vector<hal::Setpoint>& setpoints) {
    newest_.clear();
    for (const auto& setpoint : setpoints) newest_ += hal::encode(hal::ToHardware{setpoint});
    return repeat();
}

void HalLink::show(const hal::Panel& panel) {
    panel_ = hal::encode(hal::ToHardware{panel});
    repeat();
}

bool HalLink::repeat() {
    if (!ready() || newest_.empty()) return false;
    write(newest_ + panel_);
    return true;
}

void HalLink::send_restart() {
    if (!greeted_) return;
    ErrorCode ignored;  // a hardware process that does not read ends when its lease does
    socket_.non_blocking(true, ignored);
    socket_.write_some(asio::buffer(hal::encode(hal::ToHardware{hal::Restart{}})), ignored);
}

void HalLink::write(const std::string& text) {
    waiting_ = text;
    if (writing_.empty()) flush();
}

void HalLink::flush() {
    writing_ = std::exchange(waiting_, {});
    asio::async_write(socket_, asio::buffer(writing_),
                      [this, mine = connection_](ErrorCode ec, std::size_t) {
                          if (mine != connection_) return;
                          writing_.clear();
                          // The end of the reading tells about an error.
                          if (!ec && !waiting_.empty()) flush();
                      });
}

HalReport HalLink::report() const { return {greeted_, software_, problem_}; }

}  // namespace charge_daemon
