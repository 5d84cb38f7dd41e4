// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 LocalAuthListManagement profile.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

struct GetLocalListVersionRequest {
    bool operator==(const GetLocalListVersionRequest&) const = default;
    static constexpr auto fields(auto of) { return of(); }
};

struct GetLocalListVersionResponse {
    std::int32_t list_version{};  // 0: empty, -1: not supported

    bool operator==(const GetLocalListVersionResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"listVersion", &GetLocalListVersionResponse::list_version});
    }
};

enum class UpdateType { Differential, Full };
constexpr auto names(UpdateType) { return std::array{"Differential", "Full"}; }

enum class UpdateStatus { Accepted, Failed, NotSupported, VersionMismatch };
constexpr auto names(UpdateStatus) {
    return std::array{"Accepted", "Failed", "NotSupported", "VersionMismatch"};
}

struct AuthorizationData {
    IdToken id_tag{};
    std::optional<IdTagInfo> id_tag_info{};  // absent in a differential update: remove the entry

    bool operator==(const AuthorizationData&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"idTag", &AuthorizationData::id_tag},
                  Field{"idTagInfo", &AuthorizationData::id_tag_info});
    }
};

struct SendLocalListRequest {
    std::int32_t list_version{};
    std::optional<List<AuthorizationData, 0, max_local_list_entries>> local_authorization_list{};
    UpdateType update_type{};

    bool operator==(const SendLocalListRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"listVersion", &SendLocalListRequest::list_version},
                  Field{"localAuthorizationList", &SendLocalListRequest::local_authorization_list},
                  Field{"updateType", &SendLocalListRequest::update_type});
    }
};

struct SendLocalListResponse {
    UpdateStatus status{};

    bool operator==(const SendLocalListResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &SendLocalListResponse::status});
    }
};

}  // namespace ocpp::wire
