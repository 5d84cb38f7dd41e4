// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/messages.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

template struct MessageJson<hal::Hello>;
template struct MessageJson<hal::Refusal>;
template struct MessageJson<hal::Reading>;
template struct MessageJson<hal::TagRead>;
template struct MessageJson<hal::WeldChecked>;
template struct MessageJson<hal::Setpoint>;
template struct MessageJson<hal::Panel>;
template struct MessageJson<hal::Restart>;
template struct MessageJson<hal::Fault>;

}  // namespace shared

namespace hal {
namespace {

template <class M>
constexpr std::string_view message_name();
template <>
constexpr std::string_view message_name<Hello>() {
    return "hello";
}
template <>
constexpr std::string_view message_name<Refusal>() {
    return "refusal";
}
template <>
constexpr std::string_view message_name<Reading>() {
    return "reading";
}
template <>
constexpr std::string_view message_name<TagRead>() {
    return "tag_read";
}
template <>
constexpr std::string_view message_name<Setpoint>() {
    return "setpoint";
}
template <>
constexpr std::string_view message_name<WeldChecked>() {
    return "weld_checked";
}
template <>
constexpr std::string_view message_name<Panel>() {
    return "panel";
}
template <>
constexpr std::string_view message_name<Restart>() {
    return "restart";
}

template <class M>
std::string encode_one(const M& message) {
    shared::Json line = shared::Json::object();
    line.emplace(std::string(message_name<M>()), shared::to_json(message));
    return shared::dump(line) + '\n';
}

template <class Direction, class M>
bool decode_as(const std::string& name, const shared::Json& body,
               std::optional<shared::Result<Direction, std::string>>& out) {
    if (name != message_name<M>()) return false;
    auto message = shared::parse<M>(body);
    if (message) {
        out.emplace(Direction{*std::move(message)});
    } else {
        const auto& error = message.error();
        out.emplace(shared::Failure{name + (error.path.empty() ? "" : "." + error.path) + ' ' +
                                    error.reason});
    }
    return true;
}

template <class... M>
shared::Result<std::variant<M...>, std::string> decode(std::string_view line,
                                                       const std::variant<M...>*) {
    using Direction = std::variant<M...>;
    const auto json = shared::parse_json(line, line_bounds);
    if (!json) return shared::Failure{std::string(shared::describe(json.error()))};
    if (!json->is_object() || json->size() != 1)
        return shared::Failure{std::string("a line is an object with one message in it")};
    const auto item = json->items().begin();
    std::optional<shared::Result<Direction, std::string>> result;
    if (!(decode_as<Direction, M>(item.key(), item.value(), result) || ...))
        return shared::Failure{"no message is called \"" + item.key() + '"'};
    return *std::move(result);
}

}  // namespace

std::string encode(const FromHardware& message) {
    return std::visit([](const auto& m) { return encode_one(m); }, message);
}

std::string encode(const ToHardware& message) {
    return std::visit([](const auto& m) { return encode_one(m); }, message);
}

shared::Result<FromHardware, std::string> decode_from_hardware(std::string_view line) {
    return decode(line, static_cast<const FromHardware*>(nullptr));
}

shared::Result<ToHardware, std::string> decode_to_hardware(std::string_view line) {
    return decode(line, static_cast<const ToHardware*>(nullptr));
}

std::optional<std::int64_t> version_in_hello(std::string_view line) {
    const auto json = shared::parse_json(line, line_bounds);
    if (!json || !json->is_object()) return std::nullopt;
    const auto hello = json->find("hello");
    if (hello == json->end() || !hello->is_object()) return std::nullopt;
    const auto version = hello->find("version");
    if (version == hello->end() || !version->is_number_integer()) return std::nullopt;
    return version->get<std::int64_t>();
}

}  // namespace hal
