// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/reservation.hpp"

#include "ocpp/config/keys/drivers.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;
using wire::ReservationStatus;

namespace {

bool faulted(const Context& ctx, const Connector& connector) {
    return connector.conditions(ctx.now).faulted;
}

// Out of order, as far as somebody has looked: whoever restarts the hardware process does not
// cost anybody a reservation.
bool out_of_order(const Context& ctx, const Connector& connector) {
    return !connector.record.operative || (faulted(ctx, connector) && !connector.hal_lost());
}

// Could this very connector be kept for somebody from now on? `id` is what is to be replaced.
ReservationStatus verdict_on(const Context& ctx, const Connector& connector, std::int32_t id) {
    if (faulted(ctx, connector)) return ReservationStatus::Faulted;
    if (!connector.record.operative || connector.record.scheduled == false)
        return ReservationStatus::Unavailable;
    if (!connector.reading()) return ReservationStatus::Rejected;
    const auto* own = ctx.state.reservations.on(connector.id());
    const bool reserved = own != nullptr && own->reservation_id != id;
    if (reserved || connector.stage() != Stage::Idle || connector.occupied())
        return ReservationStatus::Occupied;
    return ReservationStatus::Accepted;
}

// Reservations of any connector, but that one.
std::size_t of_any(const State& state, std::int32_t but) {
    return static_cast<std::size_t>(std::count_if(
        state.reservations.all().begin(), state.reservations.all().end(),
        [but](const auto& entry) { return entry.second.connector_id == 0 && entry.first != but; }));
}

// Why none of them can be kept: the reason that passes soonest.
ReservationStatus verdict_on_all(const Context& ctx, std::int32_t id) {
    if (!ctx.state.whole.operative) return ReservationStatus::Unavailable;
    std::vector<ReservationStatus> verdicts;
    for (const auto& connector : ctx.state.connectors)
        verdicts.push_back(verdict_on(ctx, connector, id));
    const auto free = static_cast<std::size_t>(
        std::count(verdicts.begin(), verdicts.end(), ReservationStatus::Accepted));
    if (free > of_any(ctx.state, id)) return ReservationStatus::Accepted;
    if (free > 0) return ReservationStatus::Occupied;
    for (const auto status :
         {ReservationStatus::Occupied, ReservationStatus::Faulted, ReservationStatus::Unavailable})
        if (std::find(verdicts.begin(), verdicts.end(), status) != verdicts.end()) return status;
    return ReservationStatus::Rejected;
}

// The state of what is to be kept.
ReservationStatus verdict(const Context& ctx, const wire::ReserveNowRequest& request) {
    const auto& state = ctx.state;
    const auto id = request.reservation_id;
    if (request.connector_id == 0) return verdict_on_all(ctx, id);
    const auto* connector = ctx.state.connector(request.connector_id);
    if (connector == nullptr) return ReservationStatus::Rejected;
    const auto status = verdict_on(ctx, *connector, id);
    if (status != ReservationStatus::Accepted) return status;
    // Drivers with a reservation for any connector must find one as well.
    const auto others = static_cast<std::size_t>(std::count_if(
        state.connectors.begin(), state.connectors.end(), [&](const Connector& other) {
            return &other != connector && verdict_on(ctx, other, id) == ReservationStatus::Accepted;
        }));
    return others < of_any(state, id) ? ReservationStatus::Occupied : status;
}

// OCPP 1.6 5.13: a connector that is out of order is no reason to send a better request.
ReservationStatus judge(const Context& ctx, const wire::ReserveNowRequest& request) {
    using enum ReservationStatus;
    if (!ctx.state.config.get(keys::reservation_enabled)) return Rejected;
    const auto status = verdict(ctx, request);
    const bool refused =
        ctx.state.restarting || request.id_tag.empty() || request.expiry_date.point <= ctx.utc();
    return status == Accepted && refused ? Rejected : status;
}

// Its owner, or somebody of the owner's group, has been authorized and has yet to begin.
bool is_being_used(const State& state, const Reservation& reservation) {
    return std::any_of(
        state.connectors.begin(), state.connectors.end(), [&](const Connector& connector) {
            const auto& who = connector.authorization();
            return who && Reservations::is_for(reservation, who->id_tag, who->parent_id_tag);
        });
}

// Nothing while it is to be kept, else why not.
std::string_view end_of(const Context& ctx, const Reservation& reservation) {
    const auto& connectors = ctx.state.connectors;
    const auto id = static_cast<std::size_t>(reservation.connector_id);
    if (reservation.expiry_date.point <= ctx.utc()) return "it has expired";
    if (id > connectors.size()) return "its connector is not configured any more";
    if (id > 0) return out_of_order(ctx, connectors[id - 1]) ? "its connector is out of order" : "";
    if (!ctx.state.whole.operative) return "the charge point is unavailable";
    const bool none = std::all_of(connectors.begin(), connectors.end(),
                                  [&](const Connector& c) { return out_of_order(ctx, c); });
    return none ? "every connector is out of order" : "";
}

// Nobody has begun anything here, and somebody could.
bool waits(const Context& ctx, const Connector& connector) {
    return (connector.stage() == Stage::Idle || connector.stage() == Stage::Preparing) &&
           !connector.authorization() && connector.record.operative &&
           connector.record.scheduled != false && !faulted(ctx, connector);
}

// A reservation of any connector keeps none in particular, until there are no more connectors left
// than such reservations.
void mark(Context& ctx) {
    auto& state = ctx.state;
    std::vector<Connector*> left;
    for (auto& connector : state.connectors) {
        connector.reserved = state.reservations.on(connector.id()) != nullptr;
        if (!connector.reserved && waits(ctx, connector)) left.push_back(&connector);
    }
    const auto& all = state.reservations.all();
    const auto wanted =
        static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& entry) {
            return entry.second.connector_id == 0 && !is_being_used(state, entry.second);
        }));
    if (left.size() > wanted) return;
    for (auto* connector : left) connector->reserved = true;
}

void note(Context& ctx, const Reservation& reservation, std::string text) {
    ctx.note(Severity::Info, "reservation", std::move(text),
             {{"reservationId", reservation.reservation_id},
              {"connector", reservation.connector_id},
              {"idTag", reservation.id_tag.to_text()}});
}

}  // namespace

Answer<wire::ReserveNowResponse> Reserving::handle(Context& ctx,
                                                   const wire::ReserveNowRequest& request) {
    const auto status = judge(ctx, request);
    if (status == ReservationStatus::Accepted) ctx.state.reservations.put(request, ctx.out);
    note(ctx, request, "reservation " + std::string(shared::name_of(status)));
    return wire::ReserveNowResponse{status};
}

Answer<wire::CancelReservationResponse> Reserving::handle(
    Context& ctx, const wire::CancelReservationRequest& request) {
    const auto& all = ctx.state.reservations.all();
    const auto found = all.find(request.reservation_id);
    if (found == all.end())
        return wire::CancelReservationResponse{wire::CancelReservationStatus::Rejected};
    note(ctx, found->second, "reservation cancelled");
    ctx.state.reservations.remove(request.reservation_id, ctx.out);
    return wire::CancelReservationResponse{wire::CancelReservationStatus::Accepted};
}

void Reserving::advance(Context& ctx) {
    auto& state = ctx.state;
    wake_at_.reset();
    const auto kept = state.reservations.all();
    for (const auto& [id, reservation] : kept) {
        if (const auto why = end_of(ctx, reservation); !why.empty()) {
            note(ctx, reservation, "reservation ended: " + std::string(why));
            state.reservations.remove(id, ctx.out);
            continue;
        }
        wake_at_ = earlier(wake_at_, state.clock.steady_at(ctx.now, reservation.expiry_date.point));
    }
    mark(ctx);
}

}  // namespace ocpp::features
