// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/reservations.hpp"

#include <string_view>
#include <utility>

namespace ocpp::core {
namespace {

constexpr std::string_view document_prefix = "reservation/";

std::string document_of(std::int32_t id) {
    return std::string(document_prefix) + std::to_string(id);
}

}  // namespace

void Reservations::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    for (const auto& [name, text] : snapshot.texts[Kind::Document]) {
        if (!name.starts_with(document_prefix)) continue;
        const auto kept =
            shared::parse_text<Reservation>(text, stored_bounds, shared::Unknown::Ignore);
        if (kept && document_of(kept->reservation_id) == name)
            all_.insert_or_assign(kept->reservation_id, *kept);
        else
            complaints.push_back("a reservation can't be read: " + name);
    }
}

const Reservation* Reservations::on(int connector) const {
    for (const auto& [id, reservation] : all_)
        if (reservation.connector_id == connector) return &reservation;
    return nullptr;
}

void Reservations::put(Reservation reservation, Outcome& out) {
    const auto id = reservation.reservation_id;
    out.changes.push_back(
        Put{Kind::Document, document_of(id), shared::to_text(reservation), Durability::Now});
    all_.insert_or_assign(id, std::move(reservation));
}

void Reservations::remove(std::int32_t id, Outcome& out) {
    if (all_.erase(id) > 0)
        out.changes.push_back(Remove{Kind::Document, document_of(id), Durability::Now});
}

void Reservations::clear(Outcome& out) {
    while (!all_.empty()) remove(all_.begin()->first, out);
}

bool Reservations::is_for(const Reservation& reservation, const wire::IdToken& id_tag,
                          const wire::IdToken& parent) {
    return reservation.id_tag == id_tag || (!parent.empty() && reservation.parent_id_tag == parent);
}

Fit Reservations::fit(const Connector& connector, const wire::IdToken& id_tag,
                      const std::optional<wire::IdToken>& parent) const {
    if (!connector.reserved) return Fit::Free;
    const auto* own = on(connector.id());
    const int place = own != nullptr ? connector.id() : 0;
    Fit fit = Fit::Taken;
    for (const auto& [id, reservation] : all_) {
        if (reservation.connector_id != place) continue;
        if (is_for(reservation, id_tag, parent.value_or(wire::IdToken{}))) return Fit::Ours;
        if (!parent && reservation.parent_id_tag) fit = Fit::Perhaps;
    }
    return fit;
}

const Reservation* Reservations::used_by(int connector, const wire::IdToken& id_tag,
                                         const wire::IdToken& parent) const {
    const Reservation* used = nullptr;
    for (const auto& [id, reservation] : all_) {
        if (!is_for(reservation, id_tag, parent)) continue;
        if (reservation.connector_id == connector) return &reservation;
        if (reservation.connector_id == 0 && used == nullptr) used = &reservation;
    }
    return used;
}

}  // namespace ocpp::core
