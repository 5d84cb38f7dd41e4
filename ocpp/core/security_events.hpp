// SPDX-License-Identifier: Apache-2.0
#pragma once
// Security events: the table of all that the white paper "Improved security for OCPP 1.6-J" knows
// (A04, section 8), which of them the central system is told, and the log of the newest. Every
// event is logged; SecurityEventNotification waits in the store until it was answered.

#include "hal-service/shared/fields.hpp"
#include "ocpp/core/clock.hpp"
#include "ocpp/core/kind.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::core {

struct Context;
struct State;

enum class SecurityEvent {
    FirmwareUpdated,
    FailedToAuthenticateAtCentralSystem,
    CentralSystemFailedToAuthenticate,
    SettingSystemTime,
    StartupOfTheDevice,
    ResetOrReboot,
    SecurityLogWasCleared,
    ReconfigurationOfSecurityParameters,
    MemoryExhaustion,
    InvalidMessages,
    AttemptedReplayAttacks,
    TamperDetectionActivated,
    InvalidFirmwareSignature,
    InvalidFirmwareSigningCertificate,
    InvalidCentralSystemCertificate,
    InvalidChargePointCertificate,
    InvalidTLSVersion,
    InvalidTLSCipherSuite
};
// The exact spelling of SecurityEventNotification.type.
constexpr auto names(SecurityEvent) {
    return std::array{"FirmwareUpdated",
                      "FailedToAuthenticateAtCentralSystem",
                      "CentralSystemFailedToAuthenticate",
                      "SettingSystemTime",
                      "StartupOfTheDevice",
                      "ResetOrReboot",
                      "SecurityLogWasCleared",
                      "ReconfigurationOfSecurityParameters",
                      "MemoryExhaustion",
                      "InvalidMessages",
                      "AttemptedReplayAttacks",
                      "TamperDetectionActivated",
                      "InvalidFirmwareSignature",
                      "InvalidFirmwareSigningCertificate",
                      "InvalidCentralSystemCertificate",
                      "InvalidChargePointCertificate",
                      "InvalidTLSVersion",
                      "InvalidTLSCipherSuite"};
}

// The end of a cause that lasts, until which it is one event: SecurityEvents::cause_began().
enum class CauseEnds {
    AtOnce,      // it is over when it has happened
    Connection,  // a connection to the central system works
    Recovery     // the feature that noticed the cause notices its end
};

struct SecurityEventRow {
    SecurityEvent event;
    bool critical;  // as the white paper says; those give way last
    bool told;      // by SecurityEventNotification under security profile 1 to 3; else only logged
    CauseEnds ends;
    std::string_view when;
};

// clang-format off
inline constexpr std::array security_events{
    SecurityEventRow{SecurityEvent::FirmwareUpdated, true, true, CauseEnds::AtOnce,
        "another version of the software runs"},
    SecurityEventRow{SecurityEvent::FailedToAuthenticateAtCentralSystem, false, true, CauseEnds::Connection,
        "the central system refuses our credentials"},
    SecurityEventRow{SecurityEvent::CentralSystemFailedToAuthenticate, false, true, CauseEnds::Connection,
        "the central system does not prove who it is"},
    SecurityEventRow{SecurityEvent::SettingSystemTime, true, true, CauseEnds::AtOnce,
        "the time of day is set by more than `reported_time_change`"},
    SecurityEventRow{SecurityEvent::StartupOfTheDevice, true, true, CauseEnds::AtOnce,
        "the daemon has started; techInfo says after what"},
    SecurityEventRow{SecurityEvent::ResetOrReboot, true, true, CauseEnds::AtOnce,
        "a restart begins; techInfo says who wants it"},
    SecurityEventRow{SecurityEvent::SecurityLogWasCleared, true, true, CauseEnds::AtOnce,
        "never: nothing here clears the log"},
    SecurityEventRow{SecurityEvent::ReconfigurationOfSecurityParameters, false, true, CauseEnds::AtOnce,
        "a key or the security profile has changed"},
    SecurityEventRow{SecurityEvent::MemoryExhaustion, true, true, CauseEnds::Recovery,
        "the storage or the memory is nearly used up; techInfo says which"},
    SecurityEventRow{SecurityEvent::InvalidMessages, false, false, CauseEnds::AtOnce,
        "the central system sends a bad frame or payload"},
    SecurityEventRow{SecurityEvent::AttemptedReplayAttacks, false, true, CauseEnds::AtOnce,
        "never: OCPP 1.6 has nothing by which a repeated message could be told; TLS refuses replayed records"},
    SecurityEventRow{SecurityEvent::TamperDetectionActivated, true, true, CauseEnds::Recovery,
        "the enclosure was opened: the tamper contact that the board file names"},
    SecurityEventRow{SecurityEvent::InvalidFirmwareSignature, false, true, CauseEnds::AtOnce,
        "the signature of a firmware image is wrong"},
    SecurityEventRow{SecurityEvent::InvalidFirmwareSigningCertificate, false, true, CauseEnds::AtOnce,
        "the certificate of that signature is not believed"},
    SecurityEventRow{SecurityEvent::InvalidCentralSystemCertificate, false, true, CauseEnds::Connection,
        "the certificate of the central system, or one to install, is not believed"},
    SecurityEventRow{SecurityEvent::InvalidChargePointCertificate, false, true, CauseEnds::Connection,
        "a certificate for the charge point is not usable"},
    SecurityEventRow{SecurityEvent::InvalidTLSVersion, false, true, CauseEnds::Connection,
        "the central system offers no version of TLS that is used here"},
    SecurityEventRow{SecurityEvent::InvalidTLSCipherSuite, false, true, CauseEnds::Connection,
        "the central system offers no cipher suite that is used here"},
};
// clang-format on

constexpr const SecurityEventRow& row_of(SecurityEvent event) {
    return security_events[static_cast<std::size_t>(event)];
}
static_assert(security_events.size() == names(SecurityEvent{}).size() &&
                  std::all_of(security_events.begin(), security_events.end(),
                              [](const auto& row) { return row_of(row.event).event == row.event; }),
              "the rows have the order of the enumeration");

class SecurityEvents {
public:
    // The newest events, of all types together, that the log keeps.
    static constexpr std::size_t max_logged = 2'000;
    // Events of one type: so many at once, and one more after each `pause`. The rest is counted,
    // and the next one tells how many were left out. So a storm of them wears out no disk.
    static constexpr int most_at_once = 10;
    static constexpr std::chrono::minutes pause{10};
    // A smaller change of the time of day is no event: clocks drift, and heartbeats correct them.
    static constexpr std::chrono::seconds reported_time_change{20};
    // techInfo of SecurityEventNotification has at most so many bytes, and so no more characters.
    static constexpr std::size_t max_tech_info = 255;

    // Takes what was kept; complaints name entries of the log that can't be read any more.
    void load(const Snapshot& snapshot, std::vector<std::string>& complaints);

    // Something has happened once. `tech_info` is cut at max_tech_info, and secrets in it are
    // hidden: it is logged, kept and told.
    void happened(const Context& ctx, SecurityEvent event, std::string_view tech_info);
    // A cause may be noticed again and again, for example at each dial: it is one event until it
    // has ended, also over restarts.
    void cause_began(const Context& ctx, SecurityEvent event, std::string_view tech_info);
    void cause_ended(const Context& ctx, SecurityEvent event);
    // The cause has begun and not ended.
    bool lasts(SecurityEvent event) const { return causes_.contains(event); }
    // The program has begun; techInfo says how the run before this one ended.
    void started(const Context& ctx);
    void dial_failed(const Context& ctx, const DialFailed& failure);
    // Ends every cause that lasts until a connection works.
    void connection_works(const Context& ctx);

    // Corrects stamps that were made before the time was known; `log` is as it was kept.
    static void restamp(const Context& ctx, const Clock::Shift& shift, const Texts::Named& log);

private:
    // How many events of one type may come now.
    struct Rate {
        int used = 0;
        std::chrono::steady_clock::time_point
            since;  // when the next one is given back, less `pause`
        std::int64_t left_out = 0;
    };
    bool admits(SecurityEvent event, const Now& now);
    void log(const Context& ctx, std::string payload);

    std::set<SecurityEvent> causes_;  // they have not ended
    std::array<Rate, security_events.size()> rates_{};
    // Entries of the log are numbered without end. These are there, the oldest first.
    std::deque<std::int64_t> numbers_;
};

}  // namespace ocpp::core
