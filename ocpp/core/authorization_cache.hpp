// SPDX-License-Identifier: Apache-2.0
#pragma once
// The answers of the central system about tags, for when it can't be asked or need not be:
// OCPP 1.6 3.5.1. Each change of it is a Change of the step.

#include "ocpp/core/change.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/types.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ocpp::core {

class AuthorizationCache {
public:
    // Beyond this a tag that may not charge is forgotten first, then the one that was heard of
    // longest ago.
    static constexpr std::size_t max_tags = 1000;

    explicit AuthorizationCache(std::vector<CachedTag> tags);

    // Expired when its expiryDate has passed.
    std::optional<wire::IdTagInfo> find(const wire::IdToken& id_tag, Instant now) const;
    void learn(const wire::IdToken& id_tag, const wire::IdTagInfo& info, Instant now, Outcome& out);
    void forget(const wire::IdToken& id_tag, Outcome& out);
    void clear(Outcome& out);
    std::vector<CachedTag> all() const;
    std::size_t size() const { return tags_.size(); }

private:
    void forget_one(Instant now, Outcome& out);

    std::map<std::string, CachedTag> tags_;  // by CachedTag::id_tag
    std::int64_t heard_ = 0;
};

}  // namespace ocpp::core
