// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/authorization_cache.hpp"

#include <algorithm>
#include <tuple>

namespace ocpp::core {
namespace {

using wire::AuthorizationStatus;

std::string key_of(const wire::IdToken& id_tag) {
    return shared::ascii_lower(std::string_view(id_tag.to_text()));
}

// A stored status that can't be read permits nothing.
AuthorizationStatus status_of(const CachedTag& tag, Instant now) {
    if (tag.expires && *tag.expires <= now) return AuthorizationStatus::Expired;
    return shared::enum_from<AuthorizationStatus>(tag.status)
        .value_or(AuthorizationStatus::Invalid);
}

}  // namespace

AuthorizationCache::AuthorizationCache(std::vector<CachedTag> tags) {
    for (auto& tag : tags) {
        heard_ = std::max(heard_, tag.heard);
        const auto key = tag.id_tag;
        tags_.insert_or_assign(key, std::move(tag));
    }
}

std::optional<wire::IdTagInfo> AuthorizationCache::find(const wire::IdToken& id_tag,
                                                        Instant now) const {
    const auto found = tags_.find(key_of(id_tag));
    if (found == tags_.end()) return std::nullopt;
    const auto& tag = found->second;
    wire::IdTagInfo info{.status = status_of(tag, now)};
    if (tag.expires) info.expiry_date = wire::DateTime{*tag.expires};
    if (!tag.parent_id_tag.empty())
        info.parent_id_tag = wire::IdToken::from_text(tag.parent_id_tag);
    return info;
}

void AuthorizationCache::learn(const wire::IdToken& id_tag, const wire::IdTagInfo& info,
                               Instant now, Outcome& out) {
    const auto key = key_of(id_tag);
    const auto known = tags_.find(key);
    CachedTag tag{key, std::string(shared::name_of(info.status)),
                  info.parent_id_tag ? info.parent_id_tag->to_text() : std::string(), std::nullopt,
                  ++heard_};
    if (info.expiry_date) tag.expires = info.expiry_date->point;
    if (known == tags_.end() && tags_.size() >= max_tags) forget_one(now, out);
    // A tag that is refused from now on must not come back with a power cut.
    const bool revoked = known != tags_.end() && known->second.status != tag.status &&
                         info.status != AuthorizationStatus::Accepted;
    out.changes.push_back(PutTag{tag, revoked ? Durability::Now : Durability::Relaxed});
    tags_.insert_or_assign(key, std::move(tag));
}

void AuthorizationCache::forget(const wire::IdToken& id_tag, Outcome& out) {
    const auto key = key_of(id_tag);
    if (tags_.erase(key) > 0) out.changes.push_back(RemoveTag{key, Durability::Now});
}

void AuthorizationCache::clear(Outcome& out) {
    for (const auto& [key, tag] : tags_) out.changes.push_back(RemoveTag{key, Durability::Now});
    tags_.clear();
}

std::vector<CachedTag> AuthorizationCache::all() const {
    std::vector<CachedTag> tags;
    for (const auto& [key, tag] : tags_) tags.push_back(tag);
    return tags;
}

void AuthorizationCache::forget_one(Instant now, Outcome& out) {
    const auto worth = [now](const CachedTag& tag) {
        return std::tuple{status_of(tag, now) == AuthorizationStatus::Accepted, tag.heard};
    };
    const auto least = std::min_element(
        tags_.begin(), tags_.end(),
        [&](const auto& a, const auto& b) { return worth(a.second) < worth(b.second); });
    out.changes.push_back(RemoveTag{least->first, Durability::Relaxed});
    tags_.erase(least);
}

}  // namespace ocpp::core
