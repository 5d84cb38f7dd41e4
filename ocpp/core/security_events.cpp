// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/security_events.hpp"

#include "hal-service/shared/secrets.hpp"
#include "hal-service/shared/text.hpp"
#include "ocpp/config/keys/station.hpp"
#include "ocpp/core/context.hpp"
#include "ocpp/core/transaction_messages.hpp"
#include "ocpp/wire/security.hpp"

#include <utility>

namespace ocpp::core {
namespace {

// A document under this prefix names a cause that has not ended.
constexpr std::string_view cause_prefix = "security-cause/";

std::string document_of(SecurityEvent event) {
    return std::string(cause_prefix) + std::string(shared::name_of(event));
}

// Names of equal length, so that their order is that of the events.
constexpr std::size_t entry_digits = 12;

std::string entry_name(std::int64_t number) {
    const auto text = std::to_string(number);
    return std::string(entry_digits - std::min(entry_digits, text.size()), '0') + text;
}

std::optional<std::int64_t> number_of(const std::string& name) {
    const auto number = shared::integer_from<std::int64_t>(name);
    const bool right = number && *number > 0 && name.size() == entry_digits;
    return right ? number : std::nullopt;
}

// The event that a failed attempt to connect is, if it is one.
std::optional<SecurityEvent> event_of(DialProblem problem) {
    switch (problem) {
        case DialProblem::Unauthorized:
        case DialProblem::CertificateRefused:
            return SecurityEvent::FailedToAuthenticateAtCentralSystem;
        case DialProblem::CertificateExpired:
        case DialProblem::CertificateNotYetValid:
        case DialProblem::CertificateWrongName:
        case DialProblem::CertificateUnknownIssuer:
        case DialProblem::CertificateOther: return SecurityEvent::InvalidCentralSystemCertificate;
        case DialProblem::TlsVersion: return SecurityEvent::InvalidTLSVersion;
        case DialProblem::TlsCipherSuite: return SecurityEvent::InvalidTLSCipherSuite;
        case DialProblem::Unreachable:
        case DialProblem::Declined:
        case DialProblem::TlsOther:
        case DialProblem::Stalled: break;
    }
    return std::nullopt;
}

bool is_told(const State& state, const SecurityEventRow& row) {
    return row.told && (state.security_profile() > 0 ||
                        state.config.get(keys::security_events_without_profile));
}

}  // namespace

void SecurityEvents::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    for (const auto& [name, text] : snapshot.texts[Kind::SecurityEvent]) {
        const auto number = number_of(name);
        if (!number) {
            complaints.push_back("an entry of the security log has no number: " + name);
            continue;
        }
        numbers_.push_back(*number);
    }
    for (const auto& [name, text] : snapshot.texts[Kind::Document]) {
        if (!name.starts_with(cause_prefix)) continue;
        const auto event =
            shared::enum_from<SecurityEvent>(std::string_view(name).substr(cause_prefix.size()));
        if (event) causes_.insert(*event);
    }
}

void SecurityEvents::happened(const Context& ctx, SecurityEvent event, std::string_view tech_info) {
    if (!admits(event, ctx.now)) return;
    const auto& row = row_of(event);
    const auto left_out = std::exchange(rates_[static_cast<std::size_t>(event)].left_out, 0);
    const auto before =
        left_out == 0 ? "" : std::to_string(left_out) + " more were left out before; ";
    const std::string whole = before + shared::without_secrets(tech_info);
    std::string info(shared::prefix(whole, max_tech_info));
    // One event is one line of a file, too.
    std::replace_if(
        info.begin(), info.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
    const std::string type(shared::name_of(event));
    wire::SecurityEventNotificationRequest request{{type}, {ctx.utc()}, {}};
    if (!info.empty()) request.tech_info.emplace(wire::Text<max_tech_info>{info});
    const bool told = is_told(ctx.state, row);
    ctx.note(row.critical ? Severity::Warning : Severity::Info, "security",
             info.empty() ? type : type + ": " + info,
             {{"type", type}, {"critical", row.critical}, {"told", told}});
    auto payload = shared::to_text(request);
    if (told && !ctx.state.ledger.security_event(payload, ctx.out))
        ctx.note(Severity::Warning, "security",
                 "too many security events wait for the central system: an older one is not told");
    log(ctx, std::move(payload));
}

void SecurityEvents::cause_began(const Context& ctx, SecurityEvent event,
                                 std::string_view tech_info) {
    if (!causes_.insert(event).second) return;
    ctx.out.changes.push_back(Put{Kind::Document, document_of(event), "", Durability::Relaxed});
    happened(ctx, event, tech_info);
}

void SecurityEvents::cause_ended(const Context& ctx, SecurityEvent event) {
    if (causes_.erase(event) == 0) return;
    ctx.out.changes.push_back(Remove{Kind::Document, document_of(event), Durability::Relaxed});
}

void SecurityEvents::started(const Context& ctx) {
    const auto& state = ctx.state;
    happened(ctx, SecurityEvent::StartupOfTheDevice,
             state.ended_cleanly    ? "after an orderly end"
             : state.power_was_lost ? "after a loss of power"
                                    : "after an end that nobody asked for");
}

void SecurityEvents::dial_failed(const Context& ctx, const DialFailed& failure) {
    if (const auto event = event_of(failure.problem)) cause_began(ctx, *event, failure.reason);
}

void SecurityEvents::connection_works(const Context& ctx) {
    for (const auto& row : security_events)
        if (row.ends == CauseEnds::Connection) cause_ended(ctx, row.event);
}

void SecurityEvents::restamp(const Context& ctx, const Clock::Shift& shift,
                             const Texts::Named& log) {
    for (const auto& [name, text] : log) {
        QueuedMessage entry{0, 0, QueuedKind::SecurityEventNotification, text, 0};
        if (shift_times(entry, shift))
            ctx.out.changes.push_back(
                Put{Kind::SecurityEvent, name, std::move(entry.payload), Durability::Relaxed});
    }
}

bool SecurityEvents::admits(SecurityEvent event, const Now& now) {
    auto& rate = rates_[static_cast<std::size_t>(event)];
    while (rate.used > 0 && now.steady - rate.since >= pause) {
        --rate.used;
        rate.since += pause;
    }
    if (rate.used == 0) rate.since = now.steady;
    if (rate.used == most_at_once) {
        ++rate.left_out;
        return false;
    }
    ++rate.used;
    return true;
}

void SecurityEvents::log(const Context& ctx, std::string payload) {
    numbers_.push_back(numbers_.empty() ? 1 : numbers_.back() + 1);
    ctx.out.changes.push_back(Put{Kind::SecurityEvent, entry_name(numbers_.back()),
                                  std::move(payload), Durability::Relaxed});
    for (; numbers_.size() > max_logged; numbers_.pop_front())
        ctx.out.changes.push_back(
            Remove{Kind::SecurityEvent, entry_name(numbers_.front()), Durability::Relaxed});
}

}  // namespace ocpp::core
