// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/mishaps.hpp"

#include "hal-service/shared/json_fields.hpp"

#include <thread>

namespace rig {
namespace {

using namespace std::chrono_literals;
using shared::Field;
using shared::Json;

constexpr shared::JsonBounds request_limits{4096, 4};
constexpr auto patience = 1s;  // the board looks every few milliseconds

enum class Verb { I2cHang, SpiCorrupt, MeterReset, ReaderHang, ForgetOpenings, Observe };
constexpr auto names(Verb) {
    return std::array{"i2c_hang",    "spi_corrupt",     "meter_reset",
                      "reader_hang", "forget_openings", "observe"};
}
static_assert(static_cast<int>(Verb::ForgetOpenings) == static_cast<int>(Deed::ForgetOpenings));

struct Asked {
    Verb verb{};
    std::optional<bool> on;
    std::optional<int> connector;
    std::optional<int> count;
    static constexpr auto fields(auto of) {
        return of(Field{"do", &Asked::verb}, Field{"on", &Asked::on},
                  Field{"connector", &Asked::connector}, Field{"count", &Asked::count});
    }
};

Json observation(const BoardTruth& truth) {
    Json openings = Json::object();
    for (std::size_t i = 0; i < causes; ++i) {
        const auto& delays = truth.openings[i];
        openings[names(Cause{})[i]] = {
            {"count", delays.count},
            {"longest_us", delays.longest.count()},
            {"mean_us", delays.count > 0 ? delays.sum.count() / delays.count : 0}};
    }
    return {{"ok", true},
            {"outputs", truth.outputs.bits},
            {"inputs", truth.inputs.bits},
            {"relay_supply", truth.relay_supply},
            {"leds", truth.leds},
            {"openings", std::move(openings)}};
}

std::uint8_t nibble(char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'A' + 10); }

}  // namespace

bool Mishaps::await(std::uint64_t number) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (board_.truth().read().done < number) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

void Mishaps::line(hal::ClientId client, std::string_view text) {
    const auto refuse = [&](const std::string& why) {
        lines_.send(client, shared::dump({{"ok", false}, {"error", why}}) + '\n');
    };
    const auto json = shared::parse_json(text, request_limits);
    if (!json || !json->is_object()) return refuse("a request is a JSON object");
    const auto asked = shared::parse<Asked>(*json);
    if (!asked) return refuse(asked.error().path + ' ' + asked.error().reason);
    if (asked->verb != Verb::Observe) {
        const auto outlet = static_cast<std::size_t>(asked->connector.value_or(1)) - 1;
        if (outlet >= outlets) return refuse("there is no such connector");
        const Mishap mishap{static_cast<Deed>(asked->verb), asked->on.value_or(true), outlet,
                            asked->count.value_or(1)};
        if (!board_.mishaps().push(mishap) || !await(++sent_)) return refuse("the board is busy");
    }
    lines_.send(client, shared::dump(observation(board_.truth().read())) + '\n');
}

void Mishaps::present(std::string_view uid) {
    Card card;
    for (std::size_t i = 0; i + 1 < uid.size() && card.size < card.uid.size(); i += 2)
        card.uid[card.size++] = static_cast<std::uint8_t>(nibble(uid[i]) << 4 | nibble(uid[i + 1]));
    if (board_.cards().push(card)) await(++sent_);
}

}  // namespace rig
