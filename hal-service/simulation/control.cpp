// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/control.hpp"

#include "hal-service/link/panel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace simulation {
namespace {

using shared::Json;

// Rounds to 10 mV, which is finer than any instrument on a pilot.
double pilot_volts(units::Millivolts level) {
    return std::round(static_cast<double>(level.count) / 10) / 100;
}

template <class Quantity>
Json per_phase(const std::array<Quantity, 3>& values) {
    Json array = Json::array();
    for (const auto value : values) array.push_back(shared::decimal(value.count));
    return array;
}

Json observation(const Outlet& outlet, const OutletTruth& truth) {
    const bool oscillates = truth.outputs.pilot == hal::PilotDrive::Oscillating;
    std::int64_t microwatts = 0;
    for (std::size_t phase = 0; phase < 3; ++phase)
        microwatts += truth.current[phase].count * truth.voltage[phase].count;
    Json relays = Json::object();
    for (const auto pole : {hal::Pole::L1, hal::Pole::L2, hal::Pole::L3, hal::Pole::N})
        relays[std::string(shared::name_of(pole))] = truth.poles[static_cast<std::size_t>(pole)];
    return {
        {"id", outlet.id},
        {"vehicle_state", std::string(shared::name_of(truth.vehicle_state))},
        {"pilot",
         {{"high_volts", pilot_volts(truth.pilot.high)},
          {"low_volts", pilot_volts(truth.pilot.low)},
          {"duty_percent",
           oscillates ? static_cast<double>(truth.outputs.duty.ppm) / 10'000 : 100.0},
          {"pwm", oscillates}}},
        {"relays", std::move(relays)},
        {"locked", outlet.locked},
        {"amps", per_phase(truth.current)},
        {"volts", per_phase(truth.voltage)},
        {"watts", shared::decimal(microwatts / 1000)},
        {"energy_wh", shared::decimal(truth.energy.count)},
    };
}

Json lights(const Truth& truth, const hal::PanelState& shown) {
    Json lights{{"light_intensity", shown.panel.light_intensity},
                {"downlight", shown.panel.downlight},
                {"daemon", shown.daemon}};
    for (std::size_t i = 0; i < truth.world.count; ++i) {
        const auto& row = hal::most_important(shown, std::array{i});
        const auto& colour = row.colour;
        lights[std::to_string(truth.world.outlets[i].id)] = {
            {"indication", std::string(shared::name_of(shown.indications[i]))},
            {"colour", {colour.red, colour.green, colour.blue}},
            {"pattern", std::string(shared::name_of(row.pattern))}};
    }
    return lights;
}

bool reader_offline(const World& world) {
    return std::any_of(world.outlets.begin(), world.outlets.end(),
                       [](const auto& outlet) { return outlet.faults.reader_offline; });
}

// Returns the world without the values that change all the time.
World lasting(World world) {
    auto& interruption = world.mains.interruption;
    if (interruption > std::chrono::microseconds{0}) interruption = std::chrono::microseconds{1};
    for (auto& outlet : world.outlets) {
        outlet.car.charge_uwh = 0;
        outlet.faults.bus_errors = 0;
    }
    return world;
}

}  // namespace

Json observation(const Truth& truth, const hal::PanelState& shown) {
    Json connectors = Json::array();
    Json counts = Json::object();
    for (std::size_t i = 0; i < truth.world.count; ++i) {
        const auto& outlet = truth.world.outlets[i];
        connectors.push_back(observation(outlet, truth.outlets[i]));
        counts[std::to_string(outlet.id)] = outlet.switch_count;
    }
    return {{"ok", true},
            {"connectors", std::move(connectors)},
            {"leds", lights(truth, shown)},
            {"switch_count", std::move(counts)}};
}

Control::Control(hal::LineServer lines, Hatch& hatch, std::vector<hal::ConnectorInfo> connectors,
                 WorldFile file, Events events)
    : lines_(std::move(lines)),
      hatch_(hatch),
      connectors_(std::move(connectors)),
      file_(std::move(file)),
      events_(std::move(events)),
      seen_(hatch_.truth().read().world.card) {}

void Control::serve() {
    lines_.serve(*this);
    advance();
}

void Control::advance() {
    while (!waiting_.empty() && advance_first()) {
        const auto client = waiting_.front().client;
        waiting_.pop_front();
        const bool more = std::any_of(waiting_.begin(), waiting_.end(),
                                      [&](const auto& other) { return other.client == client; });
        if (!more && std::erase(leaving_, client) > 0) lines_.finish(client);
    }
    if (waiting_.size() < max_waiting_requests) lines_.hold(false);
    save(false);
}

// False: the control loop has not carried the request out yet.
bool Control::advance_first() {
    auto& first = waiting_.front();
    if (first.problem) return refuse(first.client, *first.problem), true;
    if (const auto* command = std::get_if<Command>(&first.request)) return run(first, *command);
    if (const auto* tag = std::get_if<PresentTag>(&first.request)) run(first, *tag);
    if (const auto* observe = std::get_if<Observe>(&first.request)) run(first, *observe);
    return true;
}

bool Control::run(Waiting& waiting, const Command& command) {
    if (waiting.number == 0) {
        if (hatch_.commands().push({numbers_ + 1, command})) waiting.number = ++numbers_;
        return false;
    }
    const auto& truth = hatch_.truth().read();
    if (truth.done < waiting.number) return false;
    save(false);
    look_at_reader();
    if (truth.refusal != nullptr)
        refuse(waiting.client, truth.refusal);
    else
        answer(waiting.client, {{"ok", true}});
    return true;
}

// A card is told once, until the reader has seen it gone. A dead reader sees nothing.
void Control::look_at_reader() {
    const auto& world = hatch_.truth().read().world;
    if (reader_offline(world) || world.card == seen_) return;
    seen_ = world.card;
    if (seen_[0] != 0) events_.tag(seen_.data());
}

void Control::run(const Waiting& waiting, const PresentTag& tag) {
    if (!reader_offline(hatch_.truth().read().world)) events_.tag(tag.id_tag);
    answer(waiting.client, {{"ok", true}});
}

void Control::run(const Waiting& waiting, const Observe& /*observe*/) {
    answer(waiting.client, observation(hatch_.truth().read(), shown_));
}

void Control::opened(hal::ClientId /*client*/) {}

void Control::line(hal::ClientId client, std::string_view text) {
    auto request = parse_request(text, connectors_);
    if (waiting_.size() + 1 >= max_waiting_requests) lines_.hold(true);
    if (request)
        waiting_.push_back({client, *std::move(request)});
    else
        waiting_.push_back({client, Observe{}, request.error()});
}

void Control::too_long(hal::ClientId client) {
    refuse(client, "a request is longer than " + std::to_string(max_request_bytes) + " bytes");
}

std::string Control::turned_away() {
    return shared::dump({{"ok", false}, {"error", "too many clients"}}) + '\n';
}

void Control::ended(hal::ClientId client) {
    const bool waits = std::any_of(waiting_.begin(), waiting_.end(),
                                   [&](const auto& one) { return one.client == client; });
    if (waits)
        leaving_.push_back(client);
    else
        lines_.finish(client);
}

void Control::closed(hal::ClientId client) { std::erase(leaving_, client); }

void Control::answer(hal::ClientId client, const Json& answer) {
    lines_.send(client, shared::dump(answer) + '\n');
}

void Control::refuse(hal::ClientId client, std::string_view why) {
    answer(client, {{"ok", false}, {"error", std::string(why)}});
}

void Control::save(bool everything) {
    const auto& world = hatch_.truth().read().world;
    if (saved_ && (everything ? *saved_ == world : lasting(*saved_) == lasting(world))) return;
    if (const auto problem = file_.save(world)) {
        events_.trouble("the simulated world is not kept: " + *problem);
        return;
    }
    saved_ = world;
}

}  // namespace simulation
