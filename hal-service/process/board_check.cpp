// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/board_check.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace process {
namespace {

class BoardCheck {
public:
    BoardCheck(const BoardSettings& board, const std::vector<hal::ConnectorInfo>& connectors)
        : board_(board), connectors_(connectors) {}

    void conflicts() {
        lines();
        channels();
        meters();
        addresses();
        std::map<hal::ConnectorId, std::string> outlets;
        for (std::size_t i = 0; i < board_.outlets.size(); ++i) {
            const auto id = board_.outlets[i].connector;
            if (!connector(id)) complain(path(i) + ".connector", "the settings have no such one");
            once(outlets, id, path(i), "connector");
        }
        for (std::size_t i = 0; i < board_.wiring.temperatures.size(); ++i) {
            const auto id = board_.wiring.temperatures[i].connector;
            if (id != 0 && !connector(id))
                complain("temperature[" + std::to_string(i + 1) + "].connector",
                         "the settings have no such one");
        }
        for (std::size_t i = 0; i < board_.wiring.lights.size(); ++i)
            for (const auto id : board_.wiring.lights[i].outlets)
                if (!connector(id))
                    complain("lights[" + std::to_string(i + 1) + "].outlets",
                             "the settings have no connector " + std::to_string(id));
    }

    void gaps() {
        if (board_.wiring.gpio.chip.empty())
            complain("gpio", "is needed");
        else if (!board_.wiring.gpio.watchdog_kick)
            complain("gpio.watchdog_kick",
                     "is needed: nothing else opens contactors when this process dies");
        for (const auto& info : connectors_)
            if (!std::ranges::any_of(board_.outlets, [&](const auto& outlet) {
                    return outlet.connector == info.id;
                }))
                complain("outlet", "there is none for connector " + std::to_string(info.id));
        for (std::size_t i = 0; i < board_.outlets.size(); ++i)
            if (const auto* info = connector(board_.outlets[i].connector))
                outlet(board_.outlets[i], *info, path(i));
    }

    std::vector<Complaint> complaints;

private:
    static std::string path(std::size_t index) {
        return "outlet[" + std::to_string(index + 1) + ']';
    }

    void complain(std::string key, std::string text) {
        complaints.push_back({std::move(key), std::move(text)});
    }

    const hal::ConnectorInfo* connector(hal::ConnectorId id) const {
        const auto it = std::ranges::find_if(
            connectors_, [id](const hal::ConnectorInfo& info) { return info.id == id; });
        return it == connectors_.end() ? nullptr : &*it;
    }

    template <class What>
    void once(std::map<What, std::string>& seen, const What& what, const std::string& key,
              const char* noun) {
        const auto [it, fresh] = seen.emplace(what, key);
        if (!fresh) complain(key, std::string("this ") + noun + " is " + it->second + " already");
    }

    void lines() {
        std::map<int, std::string> seen;
        const auto use = [&](const std::optional<Line>& line, const std::string& key) {
            if (line) once(seen, line->number, key, "line");
        };
        const auto& gpio = board_.wiring.gpio;
        use(gpio.watchdog_kick, "gpio.watchdog_kick");
        use(gpio.relay_supply_ok, "gpio.relay_supply_ok");
        use(gpio.power_fail, "gpio.power_fail");
        use(gpio.earth_ok, "gpio.earth_ok");
        use(gpio.button, "gpio.button");
        use(gpio.tamper, "gpio.tamper");
        if (board_.wiring.reader) use(board_.wiring.reader->reset, "reader.reset");
        for (std::size_t i = 0; i < board_.outlets.size(); ++i) {
            const auto& wiring = board_.outlets[i].wiring;
            const auto& contactors = wiring.contactors;
            use(wiring.plug, path(i) + ".plug");
            if (wiring.pilot) use(wiring.pilot->disconnect, path(i) + ".pilot.disconnect");
            use(contactors.k1, path(i) + ".contactors.k1");
            use(contactors.k2, path(i) + ".contactors.k2");
            use(contactors.k1_feedback, path(i) + ".contactors.k1_feedback");
            use(contactors.k2_feedback, path(i) + ".contactors.k2_feedback");
            for (const auto& line : contactors.load_voltage)
                use(line, path(i) + ".contactors.load_voltage");
            use(wiring.residual.test, path(i) + ".residual.test");
            use(wiring.residual.dc, path(i) + ".residual.dc");
            use(wiring.residual.ac, path(i) + ".residual.ac");
            use(wiring.residual.error, path(i) + ".residual.error");
            if (!wiring.lock) continue;
            use(wiring.lock->engage, path(i) + ".lock.engage");
            use(wiring.lock->release, path(i) + ".lock.release");
            use(wiring.lock->feedback, path(i) + ".lock.feedback");
        }
    }

    void channels() {
        std::map<int, std::string> seen;
        std::map<std::pair<std::string, int>, std::string> pwm;
        for (std::size_t i = 0; i < board_.outlets.size(); ++i) {
            const auto& wiring = board_.outlets[i].wiring;
            if (wiring.proximity) {
                once(seen, wiring.proximity->channel, path(i) + ".proximity.channel", "channel");
                if (!board_.wiring.adc) complain(path(i) + ".proximity", "needs [adc]");
            }
            if (!wiring.pilot) continue;
            const auto& pilot = *wiring.pilot;
            once(seen, pilot.high, path(i) + ".pilot.high", "channel");
            once(seen, pilot.low, path(i) + ".pilot.low", "channel");
            once(seen, pilot.raw, path(i) + ".pilot.raw", "channel");
            // The rails may serve several pilots, and nothing else.
            for (const int rail : {pilot.plus_rail, pilot.minus_rail})
                if (const auto it = seen.find(rail);
                    it != seen.end() && !it->second.ends_with("_rail"))
                    complain(path(i) + ".pilot", "a rail's channel is " + it->second + " already");
            seen.emplace(pilot.plus_rail, path(i) + ".pilot.plus_rail");
            seen.emplace(pilot.minus_rail, path(i) + ".pilot.minus_rail");
            if (pilot.plus_rail == pilot.minus_rail)
                complain(path(i) + ".pilot", "both rails have the same channel");
            once(pwm, {pilot.pwm_chip, pilot.pwm_channel}, path(i) + ".pilot.pwm_channel",
                 "channel");
            if (!board_.wiring.adc) complain(path(i) + ".pilot", "needs [adc]");
        }
    }

    void meters() {
        std::map<std::string, std::string> names;
        std::map<std::string, std::string> devices;
        if (board_.wiring.adc) devices.emplace(board_.wiring.adc->device, "adc.device");
        for (std::size_t i = 0; i < board_.wiring.meters.size(); ++i) {
            const auto key = "meter[" + std::to_string(i + 1) + ']';
            once(names, board_.wiring.meters[i].name, key + ".name", "name");
            once(devices, board_.wiring.meters[i].device, key + ".device", "device");
        }
        std::map<std::pair<std::string, int>, std::string> used;
        for (std::size_t i = 0; i < board_.outlets.size(); ++i) {
            const auto& meter = board_.outlets[i].wiring.meter;
            if (!meter) continue;
            if (!names.contains(meter->name))
                complain(path(i) + ".meter.name", "there is no [[meter]] of that name");
            for (const int channel : meter->channels)
                once(used, {meter->name, channel}, path(i) + ".meter.channels", "channel");
        }
    }

    void addresses() {
        std::map<int, std::string> seen;
        const auto use = [&](int address, const std::string& key) {
            once(seen, address, key, "address");
            if (!board_.wiring.i2c) complain(key, "needs [i2c]");
        };
        const auto& wiring = board_.wiring;
        if (wiring.reader) use(wiring.reader->address, "reader.address");
        for (std::size_t i = 0; i < wiring.temperatures.size(); ++i)
            if (wiring.temperatures[i].address != 0)
                use(wiring.temperatures[i].address,
                    "temperature[" + std::to_string(i + 1) + "].address");
        for (std::size_t i = 0; i < wiring.lights.size(); ++i)
            use(wiring.lights[i].address, "lights[" + std::to_string(i + 1) + "].address");
    }

    void outlet(const OutletSettings& settings, const hal::ConnectorInfo& info,
                const std::string& key) {
        const auto& wiring = settings.wiring;
        const auto phases = static_cast<std::size_t>(info.phases);
        const auto& contactors = wiring.contactors;
        if (!contactors.k1) complain(key + ".contactors.k1", "is needed");
        if (!contactors.k1_feedback) complain(key + ".contactors.k1_feedback", "is needed");
        if (info.phases == 3 && !contactors.k2)
            complain(key + ".contactors.k2", "is needed, the connector has 3 phases");
        if (contactors.k2 && !contactors.k2_feedback)
            complain(key + ".contactors.k2_feedback", "is needed with k2");
        if (contactors.load_voltage.size() != phases)
            complain(key + ".contactors.load_voltage",
                     "must have " + std::to_string(phases) + ", one for each phase");
        if (!wiring.meter)
            complain(key + ".meter", "is needed");
        else if (wiring.meter->channels.size() != phases)
            complain(key + ".meter.channels",
                     "must be " + std::to_string(phases) + ", one for each phase");
        const bool household = info.type == hal::ConnectorType::Schuko;
        if (household != !wiring.pilot)
            complain(key + ".pilot", household ? "a schuko connector has none" : "is needed");
        if (household != wiring.plug.has_value())
            complain(key + ".plug", household ? "is needed, there is no pilot to tell"
                                              : "only a schuko connector has this switch");
        // Without it E can't be shown, and a change of phases would find a vehicle that charges.
        const bool shows_e = contactors.k2 || settings.wake_up.level == WakeUpLevel::E;
        if (wiring.pilot && !wiring.pilot->disconnect && shows_e)
            complain(key + ".pilot.disconnect", "is needed with k2, or to wake vehicles with E");
        const bool socket = info.type == hal::ConnectorType::Type2Socket;
        if (socket && !wiring.proximity) complain(key + ".proximity", "is needed for a socket");
        if (socket != wiring.lock.has_value())
            complain(key + ".lock", socket ? "is needed for a socket" : "only a socket has one");
    }

    const BoardSettings& board_;
    const std::vector<hal::ConnectorInfo>& connectors_;
};

}  // namespace

std::vector<Complaint> check_board(const BoardSettings& board,
                                   const std::vector<hal::ConnectorInfo>& connectors,
                                   BoardKind backend) {
    BoardCheck check(board, connectors);
    check.conflicts();
    if (backend == BoardKind::Linux) check.gaps();
    return std::move(check.complaints);
}

}  // namespace process
