// SPDX-License-Identifier: Apache-2.0
// Any bytes as a frame from a central system: nothing crashes, and what is accepted is the same
// after being written and read again.

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/catalogue.hpp"
#include "ocpp/wire/frame.hpp"
#include "ocpp/wire/input_bounds.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

namespace {

using namespace ocpp::wire;

void require(bool condition) {
    if (!condition) std::abort();
}

template <class T>
void check_payload(const shared::Json& json, shared::Unknown unknown) {
    const auto message = shared::parse<T>(json, unknown);
    if (!message) {
        require(!message.error().reason.empty());
        const auto frame = parse_frame(encode(refusal("1", message.error())));
        require(std::holds_alternative<CallError>(frame));
        return;
    }
    const auto written = shared::to_json(*message);
    const auto again = shared::parse<T>(written);
    require(again && *again == *message);
    require(shared::to_json(*again) == written);
}

struct CheckRequest {
    const shared::Json& payload;
    template <class Request, class Response>
    void operator()(const Action<Request, Response>&) {
        check_payload<Request>(payload, shared::Unknown::Refuse);
    }
};

struct CheckResponse {
    const shared::Json& payload;
    template <class Request, class Response>
    void operator()(const Action<Request, Response>&) {
        check_payload<Response>(payload, shared::Unknown::Ignore);
    }
};

// A message that was read and is written again fits, unless escapes made it longer.
template <class T>
void check_again(const T& frame) {
    const auto text = encode(frame);
    if (text.size() > max_frame_bytes) return;
    const auto again = parse_frame(text);
    require(std::holds_alternative<T>(again));
    require(encode(std::get<T>(again)) == text);
}

void check(const Call& call) {
    check_again(call);
    visit_action(call.action, CheckRequest{*call.payload});
}

// Which call a result answers is not in the frame: the id stands for the action here.
void check(const CallResult& result) {
    check_again(result);
    visit_action(result.id, CheckResponse{*result.payload});
}

void check(const CallError& error) { check_again(error); }

void check(const BadFrame& bad) {
    require(!bad.reason.empty());
    if (!bad.answer) return;
    require(shared::code_points(bad.answer->id) <= max_message_id);
    check_again(*bad.answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    std::visit([](const auto& frame) { check(frame); }, parse_frame(text));
    if (const auto time = DateTime::from_text(text))
        require(DateTime::from_text(time->to_text()) == time);
    return 0;
}
