// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/world_file.hpp"

#include "hal-service/shared/json_fields.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace simulation {
namespace {

constexpr int document_version = 3;
constexpr shared::JsonBounds document_limits{64 * 1024, 8};

struct Document {
    int version = document_version;
    Mains mains;
    shared::List<Outlet, 0, hal::max_connectors> outlets;
    std::optional<shared::Text<max_tag_characters>> card;  // lies on the reader
    static constexpr auto fields(auto of) {
        return of(
            shared::Field{"version", &Document::version}, shared::Field{"mains", &Document::mains},
            shared::Field{"outlets", &Document::outlets}, shared::Field{"card", &Document::card});
    }
};

struct Bound {
    std::string_view name;
    std::int64_t value;
    std::int64_t least;
    std::int64_t most;
};

// A file that was edited must not hold what no request could have set.
std::optional<std::string> outside(std::initializer_list<Bound> bounds) {
    for (const auto& bound : bounds)
        if (bound.value < bound.least || bound.value > bound.most)
            return std::string(bound.name) + " is out of range";
    return std::nullopt;
}

std::optional<std::string> problem_of(const Outlet& outlet) {
    const auto& car = outlet.car;
    const auto& faults = outlet.faults;
    constexpr std::int64_t most_celsius = 200'000;
    const auto monitor = outlet.monitor.value_or(MonitorMemory{});
    const auto celsius = [](const auto& place) {
        return place.value_or(units::MilliCelsius{}).count;
    };
    return outside({
        {"cable_rating", outlet.cable_rating, 13, 63},
        {"switch_count", outlet.switch_count, 0, 1'000'000'000'000},
        {"max_current", car.max_current.count, 0, 200'000},
        {"phases", car.phases, 1, 3},
        {"bcb_pulses", car.bcb_pulses, 0, 100},
        {"response_ms", car.response.count(), 0, 600'000},
        {"battery", car.battery.count, 100, 1'000'000},
        {"charge_uwh", car.charge_uwh, 0, car.battery.count * microwatt_hours_per_watt_hour},
        {"pilot_noise", faults.pilot_noise.count, 0, 500'000},
        {"residual_ac", faults.residual_ac.count, 0, 10'000},
        {"residual_dc", faults.residual_dc.count, 0, 10'000},
        {"outlet_temperature", celsius(faults.outlet_temperature), -most_celsius, most_celsius},
        {"body_temperature", celsius(faults.body_temperature), -most_celsius, most_celsius},
        {"inlet_temperature", celsius(faults.inlet_temperature), -most_celsius, most_celsius},
        {"bus_errors", faults.bus_errors, 0, 1'000'000},
        {"overcurrent", faults.overcurrent.count, 0, 200'000},
        {"meter_gain", faults.meter_gain, 500, 1500},
        {"residual_monitor.offset", faults.residual_monitor.offset.count, -1000, 1000},
        {"monitor.zero", monitor.zero.count, -1000, 1000},
        {"monitor.pulse_begin_us", monitor.pulse_begin.value_or(0), 0, 1'000'000'000'000'000},
    });
}

std::optional<std::string> problem_of(const Document& document) {
    for (const auto& voltage : document.mains.voltage)
        if (auto problem = outside({{"voltage", voltage.count, 0, 500'000}})) return problem;
    for (const auto& outlet : document.outlets)
        if (auto problem = problem_of(outlet)) return problem;
    return outside({{"version", document.version, document_version, document_version},
                    {"frequency", document.mains.frequency.count, 40'000, 70'000},
                    {"interruption_us", document.mains.interruption.count(), 0, 600'000'000}});
}

std::string system_error(const std::string& path) { return path + ": " + std::strerror(errno); }

}  // namespace

std::string world_to_text(const World& world) {
    Document document;
    document.mains = world.mains;
    document.outlets.assign(world.outlets.begin(),
                            world.outlets.begin() + static_cast<std::ptrdiff_t>(world.count));
    if (world.card[0] != 0) document.card = {world.card.data()};
    return shared::dump(shared::to_json(document)) + '\n';
}

shared::Result<World, std::string> world_from_text(
    std::string_view text, const std::vector<hal::ConnectorInfo>& connectors,
    units::Millihertz line_frequency) {
    const auto json = shared::parse_json(text, document_limits);
    if (!json) return shared::Failure{std::string(shared::describe(json.error()))};
    const auto document = shared::parse<Document>(*json);
    if (!document) return shared::Failure{document.error().path + ' ' + document.error().reason};
    if (auto problem = problem_of(*document)) return shared::Failure{*std::move(problem)};
    World world = fresh_world(connectors, line_frequency);
    if (document->card) document->card->value.copy(world.card.data(), world.card.size() - 1);
    world.mains = document->mains;
    for (const auto& outlet : document->outlets)
        if (auto* known = world.find(outlet.id)) *known = outlet;
    return world;
}

shared::Result<World, std::string> WorldFile::load(
    const std::vector<hal::ConnectorInfo>& connectors, units::Millihertz line_frequency) const {
    const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT) return fresh_world(connectors, line_frequency);
        return shared::Failure{system_error(path_)};
    }
    std::string text;
    std::array<char, 4096> buffer;
    ssize_t bytes = 0;
    while (text.size() <= document_limits.bytes &&
           (bytes = ::read(file, buffer.data(), buffer.size())) > 0)
        text.append(buffer.data(), static_cast<std::size_t>(bytes));
    close(file);
    auto world = world_from_text(text, connectors, line_frequency);
    if (!world) return shared::Failure{path_ + ": " + world.error()};
    return world;
}

std::optional<std::string> WorldFile::save(const World& world) const {
    const auto text = world_to_text(world);
    const auto fresh = path_ + ".new";
    const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0) return system_error(fresh);
    const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    auto problem = written ? std::optional<std::string>{} : system_error(fresh);
    close(file);
    if (!problem && rename(fresh.c_str(), path_.c_str()) != 0) problem = system_error(path_);
    return problem;
}

}  // namespace simulation
