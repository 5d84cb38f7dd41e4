// SPDX-License-Identifier: Apache-2.0
#include "daemon/network/network_manager.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace charge_daemon {
namespace {

using namespace std::chrono_literals;
using ocpp::core::Severity;
using ocpp::core::WifiProfile;
using ocpp::core::WifiSeen;
using shared::Json;

constexpr const char* service = "org.freedesktop.NetworkManager";
constexpr const char* root_path = "/org/freedesktop";
constexpr const char* manager_path = "/org/freedesktop/NetworkManager";
constexpr const char* settings_path = "/org/freedesktop/NetworkManager/Settings";
constexpr const char* settings_interface = "org.freedesktop.NetworkManager.Settings";
constexpr const char* profile_interface = "org.freedesktop.NetworkManager.Settings.Connection";
constexpr const char* any_object = "/";

constexpr std::uint32_t device_failed = 120;  // NMDeviceState

// Several signals come at once.
constexpr auto soon = 100ms;
constexpr auto between_looks = 30s;
constexpr auto between_looks_while_trying = 5s;
constexpr auto between_attempts = 15s;
constexpr auto answer_within = 8s;
// A NetworkManager that says yes and does nothing is not asked for ever.
constexpr int most_steps = 12;

bool ends_with_one_of(const std::string& name, std::initializer_list<std::string_view> ends) {
    return std::any_of(ends.begin(), ends.end(),
                       [&](std::string_view end) { return name.ends_with(end); });
}

std::string shown(const Bus::Error& error) { return error.text.empty() ? error.name : error.text; }

std::string in_words(const WifiStep& step) {
    switch (step.deed) {
        case WifiDeed::Add: return "add a profile";
        case WifiDeed::Update: return "change a profile";
        case WifiDeed::Delete: return "remove a profile";
        case WifiDeed::Connect:
        case WifiDeed::ConnectAny:
        case WifiDeed::Nothing: break;
    }
    return "connect";
}

}  // namespace

NetworkManager::NetworkManager(EventLoop& loop, Sinks sinks)
    : loop_(loop), sinks_(std::move(sinks)), alarm_(loop), silence_(loop) {}

void NetworkManager::start() {
    alarm_.set(SteadyClock::now(), [this] { look(); });
}

void NetworkManager::follow(ocpp::core::WifiWish wish) {
    wish_ = std::move(wish);
    unsettled_ = true;
    attempt_due_ = {};
    look_soon();
}

// --- the bus

void NetworkManager::look() {
    soon_ = false;
    if (looking_) {
        look_again_ = true;
        return;
    }
    if (!bus_ && !connect()) return;
    looking_ = true;
    look_again_ = false;
    steps_ = 0;
    if (refusal_)
        ask_objects();
    else
        ask_permissions();
}

bool NetworkManager::connect() {
    if (!has_system_bus()) {
        lose("there is no system bus, and so no NetworkManager");
        return false;
    }
    auto bus = Bus::open(
        loop_, [this](const std::string& why) { lose("the system bus is gone: " + why); });
    if (!bus) {
        lose(bus.error());
        return false;
    }
    bus_ = *std::move(bus);
    refusal_.reset();
    unsettled_ = true;
    // Anybody may send signals of such names.
    const std::string from_network_manager =
        "type='signal',sender='org.freedesktop.NetworkManager',";
    bus_->listen(
        "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
        "arg0='org.freedesktop.NetworkManager'",
        [this](sd_bus_message*) { begin_anew(); });
    bus_->listen(from_network_manager +
                     "interface='org.freedesktop.NetworkManager.Device',member='StateChanged'",
                 [this](sd_bus_message* signal) { state_changed(signal); });
    for (const auto* member : {"DeviceAdded", "DeviceRemoved"})
        bus_->listen(from_network_manager + "interface='org.freedesktop.NetworkManager',member='" +
                         member + "'",
                     [this](sd_bus_message*) { look_soon(); });
    return true;
}

void NetworkManager::lose(const std::string& problem) {
    bus_.reset();
    objects_ = {};
    looking_ = soon_ = false;
    attempt_ = 0;
    unsettled_ = true;
    silence_.cancel();
    alarm_.set(SteadyClock::now() + between_looks, [this] { look(); });
    tell({problem, {}, 0});
}

void NetworkManager::look_soon() {
    look_again_ = true;
    // Signals that follow each other closely do not put the look off.
    if (looking_ || std::exchange(soon_, true)) return;
    alarm_.set(SteadyClock::now() + soon, [this] { look(); });
}

void NetworkManager::begin_anew() {
    refusal_.reset();
    unsettled_ = true;
    look_soon();
}

void NetworkManager::state_changed(sd_bus_message* signal) {
    std::uint32_t now = 0, before = 0, reason = 0;
    const auto* device = radio_of(objects_);
    const char* path = bus_->functions().get_path(signal);
    if (device != nullptr && path != nullptr && device->path == path &&
        bus_->functions().read(signal, "uuu", &now, &before, &reason) > 0 && now == device_failed)
        reason_ = reason;
    look_soon();
}

Bus::Message NetworkManager::call_of(const char* path, const char* interface,
                                     const char* method) const {
    return bus_->call_of(service, path, interface, method);
}

void NetworkManager::ask(Bus::Message call, const Answer& answered, const Refusal& refused) {
    silence_.set(SteadyClock::now() + answer_within,
                 [this] { lose("the system bus does not answer"); });
    bus_->ask(std::move(call),
              [this, answered, refused](shared::Result<sd_bus_message*, Bus::Error> answer) {
                  silence_.cancel();
                  if (answer) return answered(*answer);
                  const auto& error = answer.error();
                  if (ends_with_one_of(error.name, {".ServiceUnknown", ".NameHasNoOwner"})) {
                      objects_ = {};
                      tell({"NetworkManager does not run", {}, 0});
                  } else if (ends_with_one_of(error.name, {".NoReply", ".Timeout", ".TimedOut"})) {
                      objects_ = {};
                      tell({"NetworkManager does not answer", {}, 0});
                  } else {
                      return refused(error);
                  }
                  attempt_ = 0;
                  unsettled_ = true;
                  rest();
              });
}

// --- what is there

void NetworkManager::ask_permissions() {
    ask(
        call_of(manager_path, service, "GetPermissions"),
        [this](sd_bus_message* answer) {
            refusal_ = "";
            const auto all = read_permissions(bus_->functions(), answer);
            for (const auto* name : {"org.freedesktop.NetworkManager.settings.modify.system",
                                     "org.freedesktop.NetworkManager.network-control"}) {
                const auto found = all.find(name);
                if (found != all.end() && found->second != "yes")
                    refusal_ = "NetworkManager does not permit it (" + std::string(name) + ": " +
                               found->second + ")";
            }
            ask_objects();
        },
        [this](const Bus::Error& error) {
            if (ends_with_one_of(error.name, {".AccessDenied", ".PermissionDenied"}))
                refusal_ = "NetworkManager does not permit it: " + shown(error);
            else
                refusal_ = "";
            ask_objects();
        });
}

void NetworkManager::ask_objects() {
    ask(
        call_of(root_path, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"),
        [this](sd_bus_message* answer) { take(read_objects(bus_->functions(), answer)); },
        [this](const Bus::Error& error) {
            objects_ = {};
            tell({"NetworkManager tells nothing: " + shown(error), {}, 0});
            rest();
        });
}

void NetworkManager::take(NetworkObjects objects) {
    objects_ = std::move(objects);
    observe(objects_, situation_);
    const auto* device = radio_of(objects_);
    auto why = problem_of(device);
    if (why.empty()) why = refusal_.value_or("");
    tell({why, device != nullptr ? ssid_of(objects_, *device, wish_) : "", situation_.connected});
    if (!why.empty()) return rest();
    judge_attempt();
    const bool left = situation_.idle && wish_.proven;
    if (!unsettled_ && !wish_.candidate && !left) return rest();
    ask_profile(1);
}

void NetworkManager::ask_profile(int slot) {
    if (slot > wifi_slots) return decide();
    const auto keep = [this, slot](std::optional<KeptProfile> profile) {
        situation_.kept[static_cast<std::size_t>(slot) - 1] = std::move(profile);
        ask_profile(slot + 1);
    };
    const auto none = [keep](const Bus::Error&) { keep(std::nullopt); };
    auto call = call_of(settings_path, settings_interface, "GetConnectionByUuid");
    if (call) bus_->functions().append(call.get(), "s", std::string(uuid_of(slot)).c_str());
    ask(
        std::move(call),
        [this, keep, none](sd_bus_message* answer) {
            const char* path = nullptr;
            if (bus_->functions().read(answer, "o", &path) <= 0 || path == nullptr)
                return keep(std::nullopt);
            ask(
                call_of(path, profile_interface, "GetSettings"),
                [this, keep, found = std::string(path)](sd_bus_message* settings) {
                    keep(read_profile(bus_->functions(), settings, found));
                },
                none);
        },
        none);
}

// --- what is done

void NetworkManager::decide() {
    const auto step = next_step(wish_, situation_);
    if (step.deed == WifiDeed::Nothing) {
        unsettled_ = false;
        return rest();
    }
    const bool waits = step.deed == WifiDeed::Connect && SteadyClock::now() < attempt_due_;
    if (waits || ++steps_ > most_steps) return rest();
    carry_out(step);
}

void NetworkManager::carry_out(const WifiStep& step) {
    const auto& functions = bus_->functions();
    const auto& wished = step.candidate ? wish_.candidate : wish_.proven;
    const auto kept = step.slot == 0 ? std::nullopt : situation_.in(step.slot);
    const auto* device = radio_of(objects_);
    Bus::Message call;
    switch (step.deed) {
        case WifiDeed::Add:
            call = call_of(settings_path, settings_interface, "AddConnection");
            if (call) append_profile(functions, call.get(), *wished, !step.candidate);
            break;
        case WifiDeed::Update:
            call = call_of(kept->path.c_str(), profile_interface, "Update");
            if (call) append_profile(functions, call.get(), *wished, true);
            break;
        case WifiDeed::Delete:
            call = call_of(kept->path.c_str(), profile_interface, "Delete");
            break;
        case WifiDeed::Connect:
        case WifiDeed::ConnectAny:
            call = call_of(manager_path, service, "ActivateConnection");
            if (call)
                functions.append(call.get(), "ooo", kept ? kept->path.c_str() : any_object,
                                 device->path.c_str(), any_object);
            attempt_due_ = SteadyClock::now() + between_attempts;
            reason_ = 0;
            break;
        case WifiDeed::Nothing: return;
    }
    ask(
        std::move(call), [this, step](sd_bus_message*) { done(step); },
        [this, step](const Bus::Error& error) { refused(step, error); });
}

void NetworkManager::done(const WifiStep& step) {
    auto& now = situation_;
    if (step.deed == WifiDeed::Add && step.candidate) now.written = wish_.candidate;
    if (step.deed == WifiDeed::Delete) {
        const bool was_tried = now.written && now.written->slot == step.slot;
        const bool in_use = now.connected == step.slot || now.connecting == step.slot;
        if (!step.candidate && (was_tried || in_use)) now.way_back = true;
        if (was_tried) now.written.reset();
        attempt_due_ = {};
    }
    if (step.deed == WifiDeed::ConnectAny || (step.deed == WifiDeed::Connect && !step.candidate))
        now.way_back = false;
    if (step.deed == WifiDeed::Connect && step.candidate) attempt_ = step.slot;
    ask_objects();
}

void NetworkManager::refused(const WifiStep& step, const Bus::Error& error) {
    situation_.way_back = false;
    if (step.candidate) {
        attempt_due_ = SteadyClock::now() + between_attempts;
        tell_failure(step.slot,
                     "NetworkManager has refused to " + in_words(step) + ": " + shown(error));
    } else if (step.deed != WifiDeed::ConnectAny) {
        sinks_.note({Severity::Error,
                     "wifi",
                     "NetworkManager has refused to " + in_words(step) + ": " + shown(error),
                     {}});
    }
    rest();
}

void NetworkManager::judge_attempt() {
    if (attempt_ == 0 || situation_.connecting == attempt_) return;
    const int tried = std::exchange(attempt_, 0);
    if (situation_.connected != tried) tell_failure(tried, std::string(reason_in_words(reason_)));
}

void NetworkManager::rest() {
    looking_ = false;
    silence_.cancel();
    if (look_again_) return look_soon();
    const auto pause = wish_.candidate ? between_looks_while_trying : between_looks;
    alarm_.set(SteadyClock::now() + pause, [this] { look(); });
}

void NetworkManager::tell(WifiSeen seen) {
    if (told_ == seen) return;
    told_ = seen;
    sinks_.event(std::move(seen));
}

void NetworkManager::tell_failure(int slot, std::string why) {
    sinks_.event(ocpp::core::WifiFailed{slot, std::move(why)});
}

Json NetworkManager::interfaces() const { return interfaces_of(objects_, wish_); }

}  // namespace charge_daemon
