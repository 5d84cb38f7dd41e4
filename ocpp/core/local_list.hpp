// SPDX-License-Identifier: Apache-2.0
#pragma once
// The local authorization list: what the central system wants to be known about tags here, whole or
// by and by, under a version of its own. OCPP 1.6 3.5.2, 5.10, 5.15, 6.41.

#include "ocpp/core/snapshot.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/local_auth_list.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ocpp::core {

class LocalList {
public:
    static constexpr std::size_t max_tags = 1000;   // LocalAuthListMaxLength
    static constexpr std::size_t max_update = 500;  // SendLocalListMaxLength

    // Loads the stored list; complaints name entries that can't be read any more.
    void load(const Snapshot& snapshot, std::vector<std::string>& complaints);

    // 0 when it is empty or some of it was lost; then the central system sends it whole.
    std::int32_t version() const { return version_; }
    std::size_t size() const { return tags_.size(); }
    // Expired when its expiryDate has passed. ConcurrentTx is as good as Accepted here, and told as
    // that (3.5.2).
    std::optional<wire::IdTagInfo> find(const wire::IdToken& id_tag, Instant now) const;

    struct Verdict {
        wire::UpdateStatus status{};
        std::string why;  // tells why it was refused; the list is what it was
    };
    Verdict update(const wire::SendLocalListRequest& request, Outcome& out);
    void clear(Outcome& out);

    // The central system has said something about a tag of the list.
    void compare(const wire::IdToken& id_tag, const wire::IdTagInfo& said, Instant now);
    // The tag about which list and central system differed last, until the list is renewed.
    const std::optional<wire::IdToken>& conflict() const { return conflict_; }

private:
    using Tags = std::map<wire::IdToken, wire::AuthorizationData>;
    std::optional<Verdict> complaint(const wire::SendLocalListRequest& request) const;
    void replace(Tags tags, std::int32_t version, Outcome& out);

    Tags tags_;
    std::int32_t version_ = 0;
    std::optional<wire::IdToken> conflict_;
};

}  // namespace ocpp::core
