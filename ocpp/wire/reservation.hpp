// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 Reservation profile.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/time.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

enum class ReservationStatus { Accepted, Faulted, Occupied, Rejected, Unavailable };
constexpr auto names(ReservationStatus) {
    return std::array{"Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"};
}

struct ReserveNowRequest {
    std::int32_t connector_id{};  // 0: any connector
    DateTime expiry_date{};
    IdToken id_tag{};
    std::optional<IdToken> parent_id_tag{};
    std::int32_t reservation_id{};

    bool operator==(const ReserveNowRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"connectorId", &ReserveNowRequest::connector_id},
                  Field{"expiryDate", &ReserveNowRequest::expiry_date},
                  Field{"idTag", &ReserveNowRequest::id_tag},
                  Field{"parentIdTag", &ReserveNowRequest::parent_id_tag},
                  Field{"reservationId", &ReserveNowRequest::reservation_id});
    }
};

struct ReserveNowResponse {
    ReservationStatus status{};

    bool operator==(const ReserveNowResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &ReserveNowResponse::status});
    }
};

enum class CancelReservationStatus { Accepted, Rejected };
constexpr auto names(CancelReservationStatus) { return std::array{"Accepted", "Rejected"}; }

struct CancelReservationRequest {
    std::int32_t reservation_id{};

    bool operator==(const CancelReservationRequest&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"reservationId", &CancelReservationRequest::reservation_id});
    }
};

struct CancelReservationResponse {
    CancelReservationStatus status{};

    bool operator==(const CancelReservationResponse&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &CancelReservationResponse::status});
    }
};

}  // namespace ocpp::wire
