// SPDX-License-Identifier: Apache-2.0
#include "daemon/network/objects.hpp"

#include <cerrno>
#include <functional>
#include <string_view>

namespace charge_daemon {
namespace {

// Among profiles that NetworkManager may choose from, ours comes first.
constexpr int priority = 10;
// It goes on trying for ever.
constexpr int no_limit = 0;

// Reads values of a message one by one; one that can't be read is left out.
class Reader {
public:
    Reader(const BusLibrary& bus, sd_bus_message* message) : bus_(bus), message_(message) {}

    // Calls `entry` with each key of a dictionary; it reads or skips the value.
    void dictionary(char key_type, const char* entry_types,
                    const std::function<void(const char* key)>& entry) {
        if (!enter('a', ("{" + std::string(entry_types) + "}").c_str())) return;
        while (enter('e', entry_types)) {
            const char* key = nullptr;
            if (bus_.read_basic(message_, key_type, &key) > 0 && key != nullptr) entry(key);
            leave();
        }
        leave();
    }
    // Calls `property` with each name of a{sv}, inside of its value.
    void properties(const std::function<void(const char* name, char type)>& property) {
        dictionary('s', "sv", [&](const char* name) {
            char type = 0;
            const char* contents = nullptr;
            if (bus_.peek_type(message_, &type, &contents) <= 0 || contents == nullptr) return;
            const std::string inside = contents;
            if (!enter('v', inside.c_str())) return;
            property(name, inside.size() == 1 ? inside[0] : '\0');
            leave();
        });
    }
    void text(char type, std::string& value) {
        const char* found = nullptr;
        if ((type == 's' || type == 'o') && bus_.read_basic(message_, type, &found) > 0 &&
            found != nullptr)
            value = found;
    }
    void number(char type, std::uint32_t& value) {
        if (type == 'u') bus_.read_basic(message_, type, &value);
    }
    void byte(char type, int& value) {
        std::uint8_t found = 0;
        if (type == 'y' && bus_.read_basic(message_, type, &found) > 0) value = found;
    }
    void boolean(char type, bool& value) {
        int found = 0;
        if (type == 'b' && bus_.read_basic(message_, type, &found) > 0) value = found != 0;
    }
    void bytes(std::string& value) {
        const void* found = nullptr;
        std::size_t size = 0;
        if (bus_.read_array(message_, 'y', &found, &size) > 0 && size > 0)
            value.assign(static_cast<const char*>(found), size);
    }

private:
    bool enter(char type, const char* contents) {
        return bus_.enter_container(message_, type, contents) > 0;
    }
    // Values that were not read are skipped.
    void leave() {
        while (bus_.exit_container(message_) == -EBUSY)
            if (bus_.skip(message_, nullptr) < 0) return;
    }

    const BusLibrary& bus_;
    sd_bus_message* message_;
};

NetworkDevice read_device(Reader& reader, NetworkDevice device) {
    reader.properties([&](std::string_view name, char type) {
        if (name == "Interface") reader.text(type, device.name);
        if (name == "DeviceType") reader.number(type, device.type);
        if (name == "State") reader.number(type, device.state);
        if (name == "ActiveConnection") reader.text(type, device.active);
        if (name == "ActiveAccessPoint") reader.text(type, device.access_point);
    });
    return device;
}

AccessPoint read_access_point(Reader& reader, AccessPoint point) {
    reader.properties([&](std::string_view name, char type) {
        if (name == "Ssid") reader.bytes(point.ssid);
        if (name == "Strength") reader.byte(type, point.strength);
    });
    return point;
}

ActiveConnection read_active(Reader& reader, ActiveConnection active) {
    reader.properties([&](std::string_view name, char type) {
        if (name == "Uuid") reader.text(type, active.uuid);
        if (name == "State") reader.number(type, active.state);
        if (name == "SpecificObject") reader.text(type, active.specific_object);
    });
    return active;
}

// An object has its properties in several interfaces.
void read_object(Reader& reader, const std::string& path, NetworkObjects& all) {
    NetworkDevice device{path, {}, 0, 0, {}, {}};
    bool is_device = false;
    reader.dictionary('s', "sa{sv}", [&](std::string_view interface) {
        if (interface == "org.freedesktop.NetworkManager.Device" ||
            interface == "org.freedesktop.NetworkManager.Device.Wireless") {
            is_device = true;
            device = read_device(reader, std::move(device));
        } else if (interface == "org.freedesktop.NetworkManager.AccessPoint" &&
                   all.access_points.size() < max_network_objects) {
            all.access_points.push_back(read_access_point(reader, {path, {}, 0}));
        } else if (interface == "org.freedesktop.NetworkManager.Connection.Active" &&
                   all.active.size() < max_network_objects) {
            all.active.push_back(read_active(reader, {path, {}, 0, {}}));
        }
    });
    if (is_device && all.devices.size() < max_network_objects)
        all.devices.push_back(std::move(device));
}

// Writes one setting of a profile.
class Writer {
public:
    Writer(const BusLibrary& bus, sd_bus_message* call) : bus_(bus), call_(call) {}

    void dictionary(const char* entry_types, const std::function<void()>& entries) {
        const std::string entry = "{" + std::string(entry_types) + "}";
        bus_.open_container(call_, 'a', entry.c_str());
        entries();
        bus_.close_container(call_);
    }
    void setting(const char* name, const std::function<void()>& properties) {
        bus_.open_container(call_, 'e', "sa{sv}");
        bus_.append(call_, "s", name);
        dictionary("sv", properties);
        bus_.close_container(call_);
    }
    void text(const char* name, const std::string& value) {
        bus_.append(call_, "{sv}", name, "s", value.c_str());
    }
    void boolean(const char* name, bool value) {
        bus_.append(call_, "{sv}", name, "b", static_cast<int>(value));
    }
    void number(const char* name, int value) { bus_.append(call_, "{sv}", name, "i", value); }
    void bytes(const char* name, const std::string& value) {
        bus_.open_container(call_, 'e', "sv");
        bus_.append(call_, "s", name);
        bus_.open_container(call_, 'v', "ay");
        bus_.append_array(call_, 'y', value.data(), value.size());
        bus_.close_container(call_);
        bus_.close_container(call_);
    }

private:
    const BusLibrary& bus_;
    sd_bus_message* call_;
};

}  // namespace

NetworkObjects read_objects(const BusLibrary& bus, sd_bus_message* answer) {
    NetworkObjects all;
    Reader reader(bus, answer);
    reader.dictionary('o', "oa{sa{sv}}", [&](const char* path) { read_object(reader, path, all); });
    return all;
}

KeptProfile read_profile(const BusLibrary& bus, sd_bus_message* answer, std::string path) {
    // NetworkManager leaves out what has its usual value.
    KeptProfile profile{std::move(path), {}, false, true};
    Reader reader(bus, answer);
    reader.dictionary('s', "sa{sv}", [&](std::string_view setting) {
        if (setting != "connection" && setting != "802-11-wireless") return;
        reader.properties([&](std::string_view name, char type) {
            if (name == "ssid") reader.bytes(profile.ssid);
            if (name == "hidden") reader.boolean(type, profile.hidden);
            if (name == "autoconnect") reader.boolean(type, profile.by_itself);
        });
    });
    return profile;
}

std::map<std::string, std::string> read_permissions(const BusLibrary& bus, sd_bus_message* answer) {
    std::map<std::string, std::string> permissions;
    Reader reader(bus, answer);
    reader.dictionary('s', "ss", [&](const char* name) {
        const std::string permission = name;
        std::string value;
        reader.text('s', value);
        if (permissions.size() < max_network_objects) permissions[permission] = value;
    });
    return permissions;
}

void append_profile(const BusLibrary& bus, sd_bus_message* call,
                    const ocpp::core::WifiProfile& profile, bool by_itself) {
    Writer writer(bus, call);
    writer.dictionary("sa{sv}", [&] {
        writer.setting("connection", [&] {
            writer.text("id", "chargepoint " + std::to_string(profile.slot));
            writer.text("uuid", std::string(uuid_of(profile.slot)));
            writer.text("type", "802-11-wireless");
            writer.boolean("autoconnect", by_itself);
            writer.number("autoconnect-priority", priority);
            writer.number("autoconnect-retries", no_limit);
        });
        writer.setting("802-11-wireless", [&] {
            writer.bytes("ssid", profile.ssid);
            writer.text("mode", "infrastructure");
            writer.boolean("hidden", profile.hidden);
        });
        if (!profile.password.empty())
            writer.setting("802-11-wireless-security", [&] {
                // WPA2 and WPA3 personal, whichever the network has.
                writer.text("key-mgmt", "wpa-psk");
                writer.text("psk", profile.password);
            });
        writer.setting("ipv4", [&] { writer.text("method", "auto"); });
        writer.setting("ipv6", [&] { writer.text("method", "auto"); });
    });
}

}  // namespace charge_daemon
