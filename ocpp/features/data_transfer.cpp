// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/data_transfer.hpp"

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

constexpr shared::JsonLimits argument_limits{1024, 4};

struct ConnectorArgument {
    int connector_id = 0;
    static constexpr auto fields() {
        return std::tuple{shared::Field{"connectorId", &ConnectorArgument::connector_id}};
    }
};

}  // namespace

shared::Result<Question, wire::DataTransferStatus> question_in(
    const State& state, const wire::DataTransferRequest& request) {
    if (!ours(state, request.vendor_id.value))
        return shared::Failure{wire::DataTransferStatus::UnknownVendorId};
    if (!request.message_id) return shared::Failure{wire::DataTransferStatus::UnknownMessageId};
    const std::string_view message = request.message_id->value;
    const auto all = names(Question{});
    for (std::size_t i = 0; i < all.size(); ++i)
        if (wire::compare_ignoring_case(message, all[i]) == 0) return static_cast<Question>(i);
    return shared::Failure{wire::DataTransferStatus::UnknownMessageId};
}

wire::DataTransferResponse answer_with(const shared::Json& data) {
    return {wire::DataTransferStatus::Accepted, shared::dump(data)};
}

wire::DataTransferResponse rejected(std::string why) {
    return {wire::DataTransferStatus::Rejected, std::move(why)};
}

shared::Result<std::optional<int>, std::string> connector_in(
    const wire::DataTransferRequest& request) {
    if (!request.data || request.data->empty()) return std::optional<int>{};
    const auto json = shared::parse_json(*request.data, argument_limits);
    if (!json) return shared::Failure{"data is " + std::string(shared::describe(json.error()))};
    // The number alone is as good.
    const auto argument = shared::parse<ConnectorArgument>(
        json->is_number() ? shared::Json{{"connectorId", *json}} : *json);
    if (!argument) return shared::Failure{argument.error().path + ' ' + argument.error().reason};
    return std::optional{argument->connector_id};
}

void tell_weld_check(Context& ctx, const hal::WeldChecked& check) {
    if (!check.detected && !ctx.state.config.get<"ReportWeldCheck">()) return;
    shared::Json volts = shared::Json::array();
    for (const auto voltage : check.voltage)
        volts.push_back(static_cast<double>(voltage.count) / 1000.0);
    const shared::Json data{
        {"connectorId", check.connector}, {"relay", check.relay.value},
        {"detected", check.detected},     {"volts", std::move(volts)},
        {"samples", check.samples},       {"timestamp", wire::DateTime{ctx.utc()}.to_text()}};
    const wire::DataTransferRequest request{.vendor_id = {ctx.state.setup.vendor},
                                            .message_id = shared::Text<50>{"relayWeld"},
                                            .data = shared::dump(data)};
    ctx.state.ledger.notify(QueuedKind::DataTransfer, shared::to_json(request), ctx.out);
}

}  // namespace ocpp::features
