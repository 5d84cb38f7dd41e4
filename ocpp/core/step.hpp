// SPDX-License-Identifier: Apache-2.0
#pragma once
// The shape of the core: a step takes one event and the time, and returns everything that must
// happen because of it. The core never reads a clock, a socket or a file.

#include "hal-service/shared/messages.hpp"
#include "ocpp/core/change.hpp"
#include "ocpp/core/dial_problem.hpp"
#include "ocpp/core/earlier.hpp"
#include "ocpp/core/log_lines.hpp"
#include "ocpp/core/note.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ocpp::core {

// Both clocks of the machine, read once for each step. Intervals use `steady`, which stands still
// while the charge point is kept waiting (LivedTime); timestamps come from `utc` through Clock,
// which knows how far the machine's clock is off.
struct Now {
    std::chrono::steady_clock::time_point steady;
    std::chrono::system_clock::time_point utc;
    std::chrono::steady_clock::duration missed{};  // by which the machine's steady clock is ahead

    // This instant on the steady clock of the machine (LivedTime leaves out periods in which
    // this process was blocked).
    Now of_machine() const { return {steady + missed, utc, {}}; }
};
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

// --- what happens

struct Started {};  // first of all: the snapshot has become the state
// The WebSocket is open and has agreed on ocpp1.6.
struct Connected {
    // Fingerprint of the root that has verified the server: security::Certificate::fingerprint();
    // "" = none has.
    std::string anchor{};
    // The end of the certificates that have verified the server; none without TLS.
    std::optional<Instant> proven_until{};
};
struct Disconnected {
    std::string reason;
    int close_code = 0;  // RFC 6455 7.4; 0 without a close frame
};
struct FrameReceived {
    std::string text;
};
struct HalConnected {
    hal::Hello hello;
};
struct HalDisconnected {
    std::string reason;
};
struct Woken {};  // the moment asked for in Outcome::wake_at has come
// ChangeConfiguration by a person on the spot; answered by Outcome::answer.
struct KeyWritten {
    std::string name;
    std::string value;
};
// These two are by a person on the spot; answered by Outcome::answer with Accepted, or with what is
// wrong.
struct CertificateGiven {
    std::string type;  // as in InstallCertificate: "CentralSystemRootCertificate"
    std::string pem;
};
struct CertificateDropped {
    std::int64_t number = 0;  // as ChargePoint::certificates() tells it
};
// The daemon's answer to an Ask.
struct Answered {
    std::string call;
    std::string json;  // a JSON object as text
};
// Lines of our own log that ChargePoint::log_wanted() asks for; at most once a second.
struct LogHeard {
    LogLines log;
};
// The machine could not be restarted, in spite of ResetRetries.
struct ResetFailed {
    std::string why;
};
// The storage or the memory of the machine is nearly used up, in words; "" = there is room again.
struct RoomJudged {
    std::string exhausted;
};
// A person on the spot wants everything as it left the factory; answered by Outcome::answer.
struct FactoryResetAsked {};
// A person who may do everything sets the SecurityProfile, also to a lower one; answered by
// Outcome::answer.
struct SecurityProfileSet {
    int profile = 0;  // 0..3
};
// These two answer Outcome::make_key.
struct KeyMade {
    std::string csr;  // PEM, PKCS#10, signed by the new key
    // As security::Certificate::key_id(): of the new key, which is on the disk by now.
    std::string key_id;
};
struct KeyFailed {
    std::string reason;  // for people
};
// The state of the Wi-Fi, when it has changed.
struct WifiSeen {
    std::string problem;  // why no network can be set; "" = one can
    std::string ssid;     // of the network that is connected, whoever has set it; "" = none
    int slot = 0;         // of our profile that is connected and has an address; 0 = none is
    bool operator==(const WifiSeen&) const = default;
};
// The machine could not connect with one of our profiles, and tries again.
struct WifiFailed {
    int slot = 0;
    std::string why;
};
struct StopAsked {};  // SIGTERM: keep what is worth keeping; sessions go on in the hardware

using Event =
    std::variant<Started, Connected, Disconnected, DialFailed, FrameReceived, HalConnected,
                 HalDisconnected, hal::Reading, hal::TagRead, hal::WeldChecked, Woken, KeyWritten,
                 CertificateGiven, CertificateDropped, Answered, LogHeard, ResetFailed, RoomJudged,
                 FactoryResetAsked, SecurityProfileSet, KeyMade, KeyFailed, WifiSeen, WifiFailed,
                 StopAsked>;

// --- what follows

enum class RestartKind { Soft, Hard };

// A DataTransfer of the central system that only the daemon can answer; Answered brings the answer.
struct Ask {
    std::string call;  // the id of the CALL
    std::string what;  // its messageId, as our own documentation spells it: "networkStatus"
};

// A new key pair for a certificate of the charge point, with a request to sign it. The private key
// is on the disk before KeyMade comes. Nothing is asked for again before KeyMade or KeyFailed.
struct MakeKey {
    // These two are of the subject (O and CN): UTF-8, 1 to 64 characters without control
    // characters.
    std::string organization;
    std::string common_name;
    bool operator==(const MakeKey&) const = default;
};

struct Frame {
    std::string text;
    std::string about;       // the action, for the journal
    bool about_log = false;  // it carries lines of the log: none of them may be about itself
};

// A Wi-Fi network as the machine keeps it, in one of two slots: the one in force has one, and a new
// one is tried in the other. It holds a secret.
struct WifiProfile {
    int slot = 0;  // 1 or 2
    std::string ssid;
    std::string password;  // "" = an open network
    bool hidden = false;   // the network does not tell its name
    bool operator==(const WifiProfile&) const = default;
};
// Every profile of ours that shall exist. The candidate is connected at once, and never by the
// machine alone: after a power cut the machine is back at the proven one.
struct WifiWish {
    std::optional<WifiProfile> proven;
    std::optional<WifiProfile> candidate;
    bool operator==(const WifiWish&) const = default;
};

// The runner commits the changes before it does the rest, in the order of the members.
struct Outcome {
    std::vector<Change> changes;
    std::vector<hal::Setpoint> setpoints;  // the wishes for all connectors, when any has changed
    std::optional<hal::Panel> panel;       // when it has changed
    std::vector<Frame> frames;
    std::vector<Note> notes;
    std::string received;    // action of the received frame, for example "GetConfiguration"
    bool about_log = false;  // that frame answers one that carried lines of the log
    std::string answer;      // to an event that asks for one: "Accepted", ...
    std::optional<Ask> ask;  // a question to the daemon
    std::optional<MakeKey> make_key;
    bool reconnect = false;              // the link is to be built anew
    bool roots_changed = false;          // ChargePoint::anchors() are others than before
    bool restart_network = false;        // before that, what it runs over
    std::optional<WifiWish> wifi;        // when it has changed
    std::optional<RestartKind> restart;  // everything that had to leave has left
    Deadline wake_at;
};

}  // namespace ocpp::core
