// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sections of the configuration file that the daemon and chargepointctl read.

#include "hal-service/process/settings.hpp"

#include <array>
#include <string>
#include <vector>

namespace charge_daemon {

enum class RestartMode { System, Reexec };
constexpr auto names(RestartMode) { return std::array{"system", "reexec"}; }

// The kind of the key pairs that the daemon makes for its own certificate.
enum class ClientKeyType { Ec, Rsa };
constexpr auto names(ClientKeyType) { return std::array{"ec", "rsa"}; }

struct ChargePointSettings {
    std::string vendor = "Open Charge Point";
    std::string model = "Linux AC";
    std::string serial_number = "CP0001";
    std::string hardware_version;
    std::string charge_box_serial_number;
    std::string iccid;
    std::string imsi;
    std::string meter_type;
    std::string meter_serial_number;
};

struct CentralSystemSettings {
    std::string url;       // "" = stand-alone
    std::string identity;  // "" = serial_number
    int security_profile = 0;
    std::string authorization_key;       // hex digits
    std::string authorization_key_file;  // read instead of the above
    std::string root_certificates;       // a PEM file
    std::string client_certificate;      // a PEM file: the charge point's own, and its chain
    std::string client_key;              // a PEM file: the key of that certificate
    ClientKeyType client_key_type = ClientKeyType::Ec;
    bool trust_system_roots = false;  // believe the machine's own roots as well
    std::string network_unit = "systemd-networkd.service";
};

// The protocols of files that come or go.
enum class TransferProtocol { Https, Ftps, Sftp, Http, Ftp };
constexpr auto names(TransferProtocol) {
    return std::array{"https", "ftps", "sftp", "http", "ftp"};
}

struct TransferSettings {
    std::vector<TransferProtocol> protocols{TransferProtocol::Https, TransferProtocol::Ftps,
                                            TransferProtocol::Sftp, TransferProtocol::Http,
                                            TransferProtocol::Ftp};
};

struct Settings {
    ChargePointSettings charge_point;
    CentralSystemSettings central_system;
    std::string manufacturer_roots;  // a PEM file
    std::string control_socket = "/run/chargepoint/control.sock";
    std::string local_interface_listen = "127.0.0.1:8080";  // "" = off
    TransferSettings transfer;
    RestartMode restart_mode = RestartMode::System;

    std::string identity() const {
        return central_system.identity.empty() ? charge_point.serial_number
                                               : central_system.identity;
    }
};

// Returns the daemon's part of settings that were made with sections(), see sections.hpp.
const Settings& daemon_settings(const process::Settings& settings);
Settings& daemon_settings(process::Settings& settings);

}  // namespace charge_daemon
