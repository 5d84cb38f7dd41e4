// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/remote_debug.hpp"

#include "ocpp/config/keys/link.hpp"
#include "ocpp/config/keys/station.hpp"

namespace ocpp::features {

using namespace core;

namespace {

constexpr const char* message = "log";

std::string left_out_text(std::uint64_t count) {
    return "... " + std::to_string(count) + " lines left out";
}

}  // namespace

bool RemoteDebug::sent(const Call& call) {
    if (call.queued || call.action != wire::action_name<wire::DataTransferRequest>()) return false;
    const auto request = shared::parse_text<wire::DataTransferRequest>(call.payload, stored_bounds);
    return request && is_log(*request);
}

bool RemoteDebug::is_log(const wire::DataTransferRequest& request) {
    return request.message_id && request.message_id->value == message;
}

void RemoteDebug::key_changed(Context& ctx) {
    const auto levels =
        shared::parse_levels(ctx.state.config.get(keys::remote_debug), shared::remote_levels);
    levels_ = levels ? *levels : nothing;
    if (levels_.all_off()) {
        waiting_ = {};
        ends_.reset();
    } else {
        ends_ = ctx.now.steady + lasts;
    }
}

void RemoteDebug::heard(Context& ctx, const LogLines& log) {
    if (wanted(ctx.state).all_off()) return;
    if (!second_ || ctx.now.steady - *second_ >= std::chrono::seconds{1}) {
        second_ = ctx.now.steady;
        taken_ = 0;
    }
    waiting_.left_out += log.left_out;
    for (const auto& line : log.lines) {
        if (taken_ == lines_a_second) {
            ++waiting_.left_out;
            continue;
        }
        ++taken_;
        waiting_.add(line, max_waiting);
    }
}

void RemoteDebug::advance(Context& ctx) {
    if (ends_ && *ends_ <= ctx.now.steady) {
        auto waiting = std::move(waiting_);
        end(ctx, "an hour is over");
        waiting_ = std::move(waiting);
        waiting_.add("RemoteDebug = off: an hour is over", max_waiting + 1);
    }
    if (!ctx.state.online()) waiting_ = {};
}

void RemoteDebug::send(Context& ctx) {
    auto& state = ctx.state;
    auto& lines = waiting_.lines;
    if (lines.empty() || !state.online() || state.restarting) return;
    // A message that waits to be sent once more goes first, too.
    if (!state.mailbox.idle() || !state.ledger.empty()) return;
    const auto left_out = waiting_.left_out == 0 ? std::string() : left_out_text(waiting_.left_out);
    std::string data;
    while (!lines.empty() &&
           data.size() + lines.front().size() + left_out.size() + 2 <= max_message_bytes) {
        if (!data.empty()) data += '\n';
        data += lines.front();
        lines.pop_front();
    }
    if (!left_out.empty()) data += '\n' + left_out;
    waiting_.left_out = 0;
    state.mailbox.put(wire::DataTransferRequest{.vendor_id = {state.setup.vendor},
                                                .message_id = shared::Text<50>{message},
                                                .data = std::move(data)});
    state.mailbox.send_next(Permit::WhenAccepted, state.config.get(keys::message_timeout),
                            state.ledger, ctx.now, ctx.out);
    ctx.out.frames.back().about_log = true;
}

void RemoteDebug::answered(Context& ctx, const wire::DataTransferResponse& response) {
    if (response.status != wire::DataTransferStatus::Accepted)
        end(ctx, "the central system answers " + std::string(shared::name_of(response.status)));
}

void RemoteDebug::failed(Context& ctx, Delivery how, std::string_view why) {
    // A connection that is gone says nothing about the messages.
    if (how != Delivery::Lost) end(ctx, std::string(why));
}

const shared::Levels& RemoteDebug::wanted(const State& state) const {
    return state.online() ? levels_ : nothing;
}

void RemoteDebug::end(Context& ctx, const std::string& why) {
    waiting_ = {};
    if (!ends_) return;  // by somebody else meanwhile
    ctx.state.config.set(keys::remote_debug, std::string("off"));
    key_changed(ctx);
    ctx.note(Severity::Info, "configuration", "RemoteDebug = off: " + why,
             {{"key", "RemoteDebug"}, {"value", "off"}});
}

}  // namespace ocpp::features
