// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/local_list.hpp"

#include "hal-service/shared/json_fields.hpp"

#include <set>
#include <string_view>
#include <utility>

namespace ocpp::core {
namespace {

using wire::AuthorizationStatus;
using wire::UpdateStatus;

constexpr const char* head_document = "local_list";
constexpr std::string_view tag_prefix = "listed_tag/";

// A tag of the list is a document of its own, so that a small update writes little.
std::string document_of(const wire::AuthorizationData& data) {
    return std::string(tag_prefix) + data.id_tag.to_text();
}

// Tells a list of which something was lost.
struct Head {
    std::int32_t version = 0;
    std::int64_t tags = 0;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"version", &Head::version}, shared::Field{"tags", &Head::tags});
    }
};

template <class T>
std::optional<T> kept(const std::string& text) {
    auto parsed = shared::parse_text<T>(text, stored_bounds, shared::Unknown::Ignore);
    return parsed ? std::optional{*std::move(parsed)} : std::nullopt;
}

bool may_charge(AuthorizationStatus status) {
    return status == AuthorizationStatus::Accepted || status == AuthorizationStatus::ConcurrentTx;
}

}  // namespace

void LocalList::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    for (const auto& [name, text] : snapshot.texts[Kind::Document]) {
        if (!name.starts_with(tag_prefix)) continue;
        if (auto data = kept<wire::AuthorizationData>(text); data && document_of(*data) == name)
            tags_.insert_or_assign(data->id_tag, *data);
        else
            complaints.push_back("a tag of the local list can't be read: " + name);
    }
    const auto found = snapshot.texts[Kind::Document].find(head_document);
    const auto head =
        found == snapshot.texts[Kind::Document].end() ? Head{} : kept<Head>(found->second);
    if (head && head->tags == static_cast<std::int64_t>(tags_.size()))
        version_ = head->version;
    else
        complaints.emplace_back("the local list is not whole any more: its version is 0 now");
}

std::optional<wire::IdTagInfo> LocalList::find(const wire::IdToken& id_tag, Instant now) const {
    const auto found = tags_.find(id_tag);
    if (found == tags_.end()) return std::nullopt;
    auto info = *found->second.id_tag_info;
    if (info.expiry_date && info.expiry_date->point <= now)
        info.status = AuthorizationStatus::Expired;
    else if (may_charge(info.status))
        info.status = AuthorizationStatus::Accepted;
    return info;
}

LocalList::Verdict LocalList::update(const wire::SendLocalListRequest& request, Outcome& out) {
    if (auto refused = complaint(request)) return *std::move(refused);
    Tags next;
    if (request.update_type == wire::UpdateType::Differential) next = tags_;
    if (request.local_authorization_list)
        for (const auto& data : *request.local_authorization_list) {
            next.erase(data.id_tag);
            if (data.id_tag_info) next.emplace(data.id_tag, data);
        }
    if (next.size() > max_tags) return {UpdateStatus::Failed, "more than LocalAuthListMaxLength"};
    replace(std::move(next), request.list_version, out);
    return {UpdateStatus::Accepted, {}};
}

// Why nothing of it can be taken, whatever the list holds.
std::optional<LocalList::Verdict> LocalList::complaint(
    const wire::SendLocalListRequest& request) const {
    const auto& list = request.local_authorization_list;
    const bool full = request.update_type == wire::UpdateType::Full;
    if (!full && request.list_version <= version_)
        return Verdict{UpdateStatus::VersionMismatch, "it is not newer than the list"};
    // Errata 4.0, 3.52; but "nothing, version 0" can only mean one thing.
    const bool clears = full && (!list || list->empty());
    if (request.list_version < 0 || (request.list_version == 0 && !clears))
        return Verdict{UpdateStatus::Failed, "no list has such a version"};
    if (!list) return std::nullopt;
    if (list->size() > max_update)
        return Verdict{UpdateStatus::Failed, "more than SendLocalListMaxLength"};
    std::set<wire::IdToken> seen;
    for (const auto& data : *list) {
        if (data.id_tag.empty()) return Verdict{UpdateStatus::Failed, "a tag is empty"};
        if (!seen.insert(data.id_tag).second)
            return Verdict{UpdateStatus::Failed, "a tag is there twice: " + data.id_tag.to_text()};
        if (full && !data.id_tag_info)
            return Verdict{UpdateStatus::Failed, "without idTagInfo: " + data.id_tag.to_text()};
    }
    return std::nullopt;
}

void LocalList::clear(Outcome& out) { replace({}, 0, out); }

void LocalList::replace(Tags tags, std::int32_t version, Outcome& out) {
    for (const auto& [id_tag, data] : tags_) {
        const auto same = tags.find(id_tag);
        // Written in another case it has another name.
        if (same == tags.end() || document_of(same->second) != document_of(data))
            out.changes.push_back(Remove{Kind::Document, document_of(data), Durability::Now});
    }
    for (const auto& [id_tag, data] : tags) {
        const auto old = tags_.find(id_tag);
        if (old == tags_.end() || old->second != data ||
            document_of(old->second) != document_of(data))
            out.changes.push_back(
                Put{Kind::Document, document_of(data), shared::to_text(data), Durability::Now});
    }
    tags_ = std::move(tags);
    version_ = tags_.empty() ? 0 : version;
    const Head head{version_, static_cast<std::int64_t>(tags_.size())};
    out.changes.push_back(
        Put{Kind::Document, head_document, shared::to_text(head), Durability::Now});
    conflict_.reset();
}

void LocalList::compare(const wire::IdToken& id_tag, const wire::IdTagInfo& said, Instant now) {
    const auto listed = find(id_tag, now);
    if (!listed) return;
    if (may_charge(listed->status) != may_charge(said.status))
        conflict_ = id_tag;
    else if (conflict_ == id_tag)
        conflict_.reset();
}

}  // namespace ocpp::core
