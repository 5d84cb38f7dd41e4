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

}  // namespace

wire::DataTransferResponse judge(const State& state, const wire::DataTransferRequest& request) {
    if (!ours(state, request.vendor_id.value))
        return {wire::DataTransferStatus::UnknownVendorId, {}};
    return {wire::DataTransferStatus::UnknownMessageId, {}};
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
