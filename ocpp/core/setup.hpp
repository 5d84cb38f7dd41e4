// SPDX-License-Identifier: Apache-2.0
#pragma once
// The facts about board and installation that the charge point is given before its first step.

#include "hal-service/shared/messages.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace ocpp::core {

struct Setup {
    std::string vendor;
    std::string model;
    std::string serial_number;
    std::string charge_box_serial_number;
    std::string firmware_version;
    std::string hardware_version;
    std::string iccid;
    std::string imsi;
    std::string meter_type;
    std::string meter_serial_number;
    // Names this boot of the machine; "" where nothing tells.
    std::string boot_id;
    bool supervised = true;  // there is a central system that must be heard of
    std::string identity;    // in the URL, unless the key ChargePointID says otherwise
    // These two are factory values of OCPP keys, from the section of the central system.
    int security_profile = 0;
    std::string authorization_key;   // hex digits; "" = none
    std::string transfer_protocols;  // comma-separated, as SupportedFileTransferProtocols has them
    // PEM: root certificates that are installed at the first start; "" = none.
    std::string central_system_roots;
    std::string manufacturer_roots;
    bool trust_system_roots = false;  // the machine's own roots count as well
    // PEM, leaf first: the certificate of the charge point that is installed at the first start;
    // "" = none. The edge has its private key already.
    std::string client_certificate;
    std::vector<hal::ConnectorInfo> connectors;
    std::map<std::string, std::string> factory_keys;  // [ocpp] of the configuration file
    std::chrono::milliseconds lease{5000};            // Setpoint::valid_for
    // New with each start; begins every message id, so that none is ever used twice (OCPP-J 4.1.4).
    std::string message_prefix;
};

// The settings of the link to the central system that are configuration keys. They hold a secret:
// nobody compares, shows or logs them as a whole.
struct LinkSettings {
    std::string identity;
    std::chrono::seconds ping_interval{0};  // WebSocketPingInterval, 0 = none
    std::chrono::seconds back_off_minimum{30};
    std::chrono::seconds back_off_random_range{10};
    int back_off_repeat_times = 5;
    int security_profile = 0;         // 0..3
    std::string authorization_key{};  // bytes, any; "" = none; never one in profile 3
    // PEM, leaf first: the certificate of the charge point to present, in profile 3 only; "" =
    // none. Its private key is the one that security::Certificate::key_id() of the leaf names.
    std::string client_chain{};
};

}  // namespace ocpp::core
