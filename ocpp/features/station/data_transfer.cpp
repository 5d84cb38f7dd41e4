// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/data_transfer.hpp"

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "ocpp/config/keys/reports.hpp"
#include "ocpp/wire/input_bounds.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ocpp::features {

using namespace core;

namespace {

// Under these names existing central systems speak to charge points like this one.
constexpr std::array vendors{std::string_view("ChargeAmps"), std::string_view("Charge Amps"),
                             std::string_view("se.chargeamps")};

bool ours(const State& state, std::string_view vendor) {
    return wire::compare_ignoring_case(vendor, state.setup.vendor) == 0 ||
           std::any_of(vendors.begin(), vendors.end(), [vendor](std::string_view known) {
               return wire::compare_ignoring_case(vendor, known) == 0;
           });
}

// The optional data of chargingLimitations.
struct LimitationsOf {
    std::optional<std::int32_t> connector_id;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"connectorId", &LimitationsOf::connector_id});
    }
};

}  // namespace

shared::Result<VendorMessage, wire::DataTransferResponse> judge(
    const State& state, const wire::DataTransferRequest& request) {
    using wire::DataTransferResponse;
    using enum wire::DataTransferStatus;
    if (!ours(state, request.vendor_id.value))
        return shared::Failure{DataTransferResponse{UnknownVendorId, {}}};
    const auto all = names(VendorMessage{});
    for (std::size_t i = 0; request.message_id && i < all.size(); ++i)
        if (wire::compare_ignoring_case(request.message_id->value, all[i]) == 0)
            return static_cast<VendorMessage>(i);
    return shared::Failure{DataTransferResponse{UnknownMessageId, {}}};
}

wire::DataTransferResponse charging_limitations(const wire::DataTransferRequest& request,
                                                const shared::Json& all) {
    using enum wire::DataTransferStatus;
    if (!request.data || request.data->empty()) return {Accepted, shared::dump(all)};
    const auto json = shared::parse_json(*request.data, wire::frame_bounds);
    if (!json) return {Rejected, "data is " + std::string(describe(json.error()))};
    // The number alone is as good.
    const auto asked = shared::parse<LimitationsOf>(
        json->is_number() ? shared::Json{{"connectorId", *json}} : *json);
    if (!asked) return {Rejected, "data: " + asked.error().path + ' ' + asked.error().reason};
    if (!asked->connector_id) return {Accepted, shared::dump(all)};
    for (const auto& one : all)
        if (one["connectorId"] == *asked->connector_id) return {Accepted, shared::dump(one)};
    return {Rejected, "there is no connector " + std::to_string(*asked->connector_id)};
}

void tell_weld_check(Context& ctx, const hal::WeldChecked& check) {
    if (!check.detected && !ctx.state.config.get(keys::report_weld_check)) return;
    shared::Json volts = shared::Json::array();
    for (const auto voltage : check.voltage) volts.push_back(shared::decimal(voltage.count));
    const shared::Json data{
        {"connectorId", check.connector}, {"relay", check.relay.value},
        {"detected", check.detected},     {"volts", std::move(volts)},
        {"samples", check.samples},       {"timestamp", wire::DateTime{ctx.utc()}.to_text()}};
    const wire::DataTransferRequest request{.vendor_id = {ctx.state.setup.vendor},
                                            .message_id = shared::Text<50>{"relayWeld"},
                                            .data = shared::dump(data)};
    ctx.state.ledger.notify(QueuedKind::DataTransfer, shared::to_text(request), ctx.out);
}

}  // namespace ocpp::features
