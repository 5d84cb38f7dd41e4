// SPDX-License-Identifier: Apache-2.0
#include "hal-service/link/daemon_server.hpp"

#include "hal-service/shared/json.hpp"

#include <algorithm>

namespace hal {
namespace {

std::string mismatch(std::int64_t theirs) {
    return "this chargepoint-hald speaks version " + std::to_string(protocol_version) +
           " of the HAL protocol, the peer version " + std::to_string(theirs) +
           "; both have to come from the same release";
}

}  // namespace

DaemonServer::DaemonServer(LineServer lines, Hello hello, Events events)
    : lines_(std::move(lines)), hello_(std::move(hello)), events_(std::move(events)) {}

void DaemonServer::send(const std::vector<Reading>& readings) {
    if (!daemon_ || readings.empty()) return;
    std::string text;
    for (const auto& reading : readings) text += encode(FromHardware{reading});
    lines_.send(*daemon_, text);
}

bool DaemonServer::send(const TagRead& tag) {
    return daemon_ && lines_.send(*daemon_, encode(FromHardware{tag}));
}

bool DaemonServer::send(const WeldChecked& check) {
    return daemon_ && lines_.send(*daemon_, encode(FromHardware{check}));
}

void DaemonServer::opened(ClientId client) { lines_.send(client, encode(FromHardware{hello_})); }

void DaemonServer::line(ClientId client, std::string_view text) {
    const auto message = decode_to_hardware(text);
    if (!message) {
        const auto version = version_in_hello(text);
        refuse(client,
               version && *version != protocol_version ? mismatch(*version) : message.error());
        return;
    }
    std::visit([&](const auto& received) { receive(client, received); }, *message);
}

void DaemonServer::too_long(ClientId client) {
    refuse(client, "a line is longer than " + std::to_string(max_line_bytes) + " bytes");
}

std::string DaemonServer::turned_away() {
    Refusal refusal;
    refusal.reason.value = "there are too many connections";
    return encode(FromHardware{refusal});
}

void DaemonServer::closed(ClientId client) {
    if (daemon_ != client) return;
    daemon_.reset();
    events_.left();
}

void DaemonServer::receive(ClientId client, const Hello& hello) {
    if (hello.version != protocol_version) return refuse(client, mismatch(hello.version));
    if (daemon_ == client) return refuse(client, "hello was said before");
    if (daemon_) {
        const auto older = *daemon_;
        daemon_ = client;
        refuse(older, "a newer connection of the daemon takes its place");
    }
    daemon_ = client;
    events_.arrived(hello.software.value);
}

void DaemonServer::receive(ClientId client, const Refusal& refusal) {
    events_.refused("the peer refuses: " + refusal.reason.value);
    lines_.finish(client);
}

void DaemonServer::receive(ClientId client, const Setpoint& setpoint) {
    if (daemon_ != client) return refuse(client, "a setpoint before hello");
    const bool known =
        std::any_of(hello_.connectors.begin(), hello_.connectors.end(),
                    [&](const auto& connector) { return connector.id == setpoint.connector; });
    if (!known)
        return refuse(client, "setpoint.connector: there is no connector " +
                                  std::to_string(setpoint.connector));
    if (setpoint.phases != 1 && setpoint.phases != 3)
        return refuse(client, "setpoint.phases is neither 1 nor 3");
    if (setpoint.current_limit.count < 0)
        return refuse(client, "setpoint.current_limit is negative");
    events_.setpoint(setpoint);
}

void DaemonServer::receive(ClientId client, const Panel& panel) {
    if (daemon_ != client) return refuse(client, "a panel before hello");
    if (panel.light_intensity < 0 || panel.light_intensity > 100)
        return refuse(client, "panel.light_intensity is not within 0 and 100");
    events_.panel(panel);
}

void DaemonServer::receive(ClientId client, const Restart& /*restart*/) {
    if (daemon_ != client) return refuse(client, "a restart before hello");
    events_.restart();
}

void DaemonServer::refuse(ClientId client, const std::string& reason) {
    Refusal refusal;
    refusal.reason.value = reason.substr(0, refusal.reason.max);
    lines_.send(client, encode(FromHardware{refusal}));
    lines_.finish(client);
    events_.refused(reason);
}

}  // namespace hal
