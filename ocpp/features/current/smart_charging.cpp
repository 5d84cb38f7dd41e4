// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/current/smart_charging.hpp"

#include "hal-service/shared/json_fields.hpp"
#include "hal-service/shared/text.hpp"
#include "ocpp/config/keys/current.hpp"
#include "ocpp/config/keys/drivers.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/core/transaction_messages.hpp"

#include <utility>

namespace ocpp::features {

using namespace core;
using current::Installed;
using wire::ChargingProfilePurposeType;

namespace {

static_assert(keys::charge_profile_max_stack_level.fallback == current::max_stack_level);
static_assert(keys::charging_schedule_max_periods.fallback == current::max_periods);
static_assert(keys::max_charging_profiles_installed.fallback == current::max_profiles);

constexpr std::string_view document_prefix = "profile/";
constexpr std::string_view waiting_prefix = "waiting_profile/";

std::string waiting_at(int connector) {
    return std::string(waiting_prefix) + std::to_string(connector);
}

std::string document_of(std::int64_t number) {
    return std::string(document_prefix) + std::to_string(number);
}

// A profile as it is kept.
struct Document {
    std::int32_t connector{};
    std::int64_t since{};  // milliseconds since 1970
    std::optional<std::int64_t> transaction{};
    wire::ChargingProfile profile{};
    static constexpr auto fields(auto of) {
        return of(shared::Field{"connector", &Document::connector},
                  shared::Field{"since", &Document::since},
                  shared::Field{"transaction", &Document::transaction},
                  shared::Field{"profile", &Document::profile});
    }
};

std::string text_of(const Installed& installed) {
    return shared::to_text(Document{.connector = installed.connector,
                                    .since = installed.since.time_since_epoch().count(),
                                    .transaction = installed.transaction,
                                    .profile = installed.profile});
}

std::optional<Installed> installed_from(std::int64_t number, const std::string& text) {
    Installed installed;
    installed.number = number;
    auto document = shared::parse_text<Document>(text, stored_bounds, shared::Unknown::Ignore);
    if (!document) return std::nullopt;
    installed.connector = document->connector;
    installed.since = instant_from(document->since);
    installed.transaction = document->transaction;
    installed.profile = std::move(document->profile);
    return installed;
}

std::string no_room() {
    return std::to_string(current::max_profiles) +
           " profiles are installed already (MaxChargingProfilesInstalled), and none has ended";
}

bool is_tx(const wire::ChargingProfile& profile) {
    return profile.charging_profile_purpose == ChargingProfilePurposeType::TxProfile;
}

NoteFields described(int connector, const wire::ChargingProfile& profile) {
    return {{"connector", connector},
            {"chargingProfileId", profile.charging_profile_id},
            {"purpose", shared::name_of(profile.charging_profile_purpose)},
            {"stackLevel", profile.stack_level}};
}

}  // namespace

void SmartCharging::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    load_numbered<std::int64_t>(snapshot, document_prefix, "a charging profile", complaints,
                                [this](std::int64_t number, const std::string& text) {
                                    auto installed = installed_from(number, text);
                                    if (installed) profiles_.put(*std::move(installed));
                                    return installed.has_value();
                                });
    load_numbered<int>(snapshot, waiting_prefix, "a charging profile that waits", complaints,
                       [this](int connector, const std::string& text) {
                           auto waiting = shared::parse_text<Waiting>(text, stored_bounds,
                                                                      shared::Unknown::Ignore);
                           if (waiting) waiting_.insert_or_assign(connector, *std::move(waiting));
                           return bool(waiting);
                       });
}

void SmartCharging::keep_waiting(Context& ctx, int connector, const Waiting& waiting) {
    ctx.out.changes.push_back(
        Put{Kind::Document, waiting_at(connector), shared::to_text(waiting), Durability::Now});
}

void SmartCharging::drop_waiting(Context& ctx, int connector) {
    if (waiting_.erase(connector) > 0)
        ctx.out.changes.push_back(Remove{Kind::Document, waiting_at(connector), Durability::Now});
}

Answer<wire::SetChargingProfileResponse> SmartCharging::handle(
    Context& ctx, const wire::SetChargingProfileRequest& request) {
    using enum wire::ChargingProfileStatus;
    const int connector = request.connector_id;
    const auto& profile = request.cs_charging_profiles;
    // Errata 4.0, 3.39.
    if (connector < 0 || static_cast<std::size_t>(connector) > ctx.state.connectors.size())
        return shared::Failure{
            Refused{wire::ErrorCode::PropertyConstraintViolation, "there is no such connector"}};
    if (const auto why = refusal(ctx, connector, profile)) {
        ctx.note(Severity::Warning, "profile", "charging profile refused: " + *why,
                 described(connector, profile));
        return wire::SetChargingProfileResponse{Rejected};
    }
    Installed installed{profiles_.next_number(), connector, profile, ctx.utc(), {}};
    if (is_tx(profile)) installed.transaction = ctx.state.running(connector)->id;
    install(ctx, std::move(installed));
    return wire::SetChargingProfileResponse{Accepted};
}

std::optional<std::string> SmartCharging::refusal(const Context& ctx, int connector,
                                                  const wire::ChargingProfile& profile) const {
    if (auto why = current::complaint_about(profile, connector)) return why;
    if (profile.valid_to && profile.valid_to->point <= ctx.utc()) return "it has already expired";
    if (is_tx(profile)) {
        const auto* record = ctx.state.running(connector);
        if (record == nullptr) return "no transaction runs on its connector";
        if (profile.transaction_id && !means(*profile.transaction_id, *record))
            return "another transaction runs on its connector";
    }
    if (!room_for(ctx, {0, connector, profile, {}, {}})) return no_room();
    return std::nullopt;
}

bool SmartCharging::is_full(const Installed& installed) const {
    return profiles_.size() - profiles_.replaced_by(installed).size() >= current::max_profiles;
}

const Installed* SmartCharging::ended(const Context& ctx) const {
    // By a time that is made up nothing is forgotten.
    if (ctx.state.clock.doubted_since()) return nullptr;
    const Installed* first = nullptr;
    auto end_of_first = ctx.utc();
    for (const auto& installed : profiles_.all()) {
        const auto* record =
            installed.transaction ? ctx.state.ledger.find(*installed.transaction) : nullptr;
        const auto beginning = record != nullptr ? std::optional{record->started} : std::nullopt;
        const auto end = current::end_of(installed, beginning);
        if (!end || *end > end_of_first) continue;
        first = &installed;
        end_of_first = *end;
    }
    return first;
}

bool SmartCharging::room_for(const Context& ctx, const Installed& installed) const {
    return !is_full(installed) || ended(ctx) != nullptr;
}

void SmartCharging::install(Context& ctx, Installed installed) {
    if (const auto* gone = is_full(installed) ? ended(ctx) : nullptr) {
        ctx.note(Severity::Info, "profile", "a charging profile that has ended makes room",
                 described(gone->connector, gone->profile));
        remove(ctx,
               [number = gone->number](const Installed& other) { return other.number == number; });
    }
    for (const auto number : profiles_.replaced_by(installed))
        ctx.out.changes.push_back(Remove{Kind::Document, document_of(number), Durability::Now});
    ctx.out.changes.push_back(
        Put{Kind::Document, document_of(installed.number), text_of(installed), Durability::Now});
    ctx.note(Severity::Info, "profile", "charging profile installed",
             described(installed.connector, installed.profile));
    profiles_.put(std::move(installed));
}

std::size_t SmartCharging::remove(Context& ctx, const current::Profiles::Predicate& predicate) {
    const auto numbers = profiles_.remove(predicate);
    for (const auto number : numbers)
        ctx.out.changes.push_back(Remove{Kind::Document, document_of(number), Durability::Now});
    return numbers.size();
}

Answer<wire::ClearChargingProfileResponse> SmartCharging::handle(
    Context& ctx, const wire::ClearChargingProfileRequest& request) {
    using enum wire::ClearChargingProfileStatus;
    const auto removed = remove(
        ctx, [&](const Installed& installed) { return current::matches(installed, request); });
    ctx.note(Severity::Info, "profile", "charging profiles cleared", {{"number", removed}});
    return wire::ClearChargingProfileResponse{removed > 0 ? Accepted : Unknown};
}

std::optional<std::string> SmartCharging::complaint(const Context& ctx,
                                                    const wire::ChargingProfile& profile) const {
    // 5.11: it belongs to the transaction that is about to begin, whose id nobody knows yet.
    if (!is_tx(profile)) return "its purpose is not TxProfile";
    // A transaction that has no number yet is called 0 or -1.
    if (profile.transaction_id.value_or(0) != 0 && profile.transaction_id != unknown_transaction_id)
        return "it names a transaction";
    // The purpose asks for any connector but 0.
    if (auto why = current::complaint_about(profile, 1)) return why;
    if (profile.valid_to && profile.valid_to->point <= ctx.utc()) return "it has already expired";
    if (profiles_.size() >= current::max_profiles && ended(ctx) == nullptr) return no_room();
    return std::nullopt;
}

void SmartCharging::remote_start(Context& ctx, int connector, const wire::IdToken& id_tag,
                                 const std::optional<wire::ChargingProfile>& profile) {
    if (!profile) return drop_waiting(ctx, connector);
    // The central system may have to be asked first, and then the vehicle has its time to come.
    const Instant until = ctx.utc() + ctx.state.config.get(keys::message_timeout) +
                          ctx.state.config.get(keys::connection_time_out);
    const Waiting waiting{id_tag, *profile, until.time_since_epoch().count()};
    keep_waiting(ctx, connector, waiting);
    waiting_.insert_or_assign(connector, waiting);
}

void SmartCharging::advance(Context& ctx) {
    remove(ctx, [&](const Installed& installed) {
        const auto* connector = ctx.state.connector(installed.connector);
        return is_tx(installed.profile) &&
               (connector == nullptr || connector->transaction != installed.transaction);
    });
    advance_waiting(ctx);
}

void SmartCharging::advance_waiting(Context& ctx) {
    const auto now = ctx.utc().time_since_epoch().count();
    std::vector<int> over;
    for (auto& [id, waiting] : waiting_) {
        const auto* connector = ctx.state.connector(id);
        if (connector == nullptr) {
            over.push_back(id);
            continue;
        }
        // After a start the authorization is not known before the first reading.
        if (!connector->reading()) continue;
        const auto* record = ctx.state.running(id);
        const auto& authorization = connector->authorization();
        if (record != nullptr && waiting.id_tag.to_text() == record->id_tag) {
            Installed installed{profiles_.next_number(), id, waiting.profile, ctx.utc(),
                                record->id};
            if (room_for(ctx, installed)) install(ctx, std::move(installed));
        }
        const bool ours = authorization && authorization->id_tag == waiting.id_tag;
        // The next driver does not inherit it.
        if (record != nullptr || waiting.until < now ||
            (!ours && (authorization || waiting.authorized)))
            over.push_back(id);
        else if (std::exchange(waiting.authorized, ours) != ours)
            keep_waiting(ctx, id, waiting);
    }
    for (const int id : over) drop_waiting(ctx, id);
}

void SmartCharging::clear_all(Context& ctx) {
    remove(ctx, [](const Installed&) { return true; });
    while (!waiting_.empty()) drop_waiting(ctx, waiting_.begin()->first);
}

}  // namespace ocpp::features
