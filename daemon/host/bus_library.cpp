// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/bus_library.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>

namespace charge_daemon {
namespace {

constexpr const char* library_name = "libsystemd.so.0";
constexpr const char* usual_socket = "/run/dbus/system_bus_socket";

struct Loaded {
    BusLibrary library{};
    std::string problem;
};

Loaded load() {
    Loaded loaded;
    const auto why = [] {
        const char* text = ::dlerror();
        return std::string(text != nullptr ? text : "no reason is told");
    };
    // It stays for the life of the process.
    void* const handle = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        loaded.problem = why();
        return loaded;
    }
    const auto find = [&]<class Function>(Function& function, const char* name) {
        function = reinterpret_cast<Function>(::dlsym(handle, name));
        if (function == nullptr && loaded.problem.empty()) loaded.problem = why();
    };
    auto& all = loaded.library;
    find(all.open_system, "sd_bus_open_system");
    find(all.close_unref, "sd_bus_close_unref");
    find(all.flush_close_unref, "sd_bus_flush_close_unref");
    find(all.get_fd, "sd_bus_get_fd");
    find(all.get_events, "sd_bus_get_events");
    find(all.get_timeout, "sd_bus_get_timeout");
    find(all.process, "sd_bus_process");
    find(all.set_method_call_timeout, "sd_bus_set_method_call_timeout");
    find(all.add_match_async, "sd_bus_add_match_async");
    find(all.call_method, "sd_bus_call_method");
    find(all.call_async, "sd_bus_call_async");
    find(all.error_free, "sd_bus_error_free");
    find(all.new_method_call, "sd_bus_message_new_method_call");
    find(all.set_auto_start, "sd_bus_message_set_auto_start");
    find(all.message_unref, "sd_bus_message_unref");
    find(all.get_error, "sd_bus_message_get_error");
    find(all.get_path, "sd_bus_message_get_path");
    find(all.append, "sd_bus_message_append");
    find(all.append_array, "sd_bus_message_append_array");
    find(all.open_container, "sd_bus_message_open_container");
    find(all.close_container, "sd_bus_message_close_container");
    find(all.read, "sd_bus_message_read");
    find(all.read_basic, "sd_bus_message_read_basic");
    find(all.read_array, "sd_bus_message_read_array");
    find(all.peek_type, "sd_bus_message_peek_type");
    find(all.enter_container, "sd_bus_message_enter_container");
    find(all.exit_container, "sd_bus_message_exit_container");
    find(all.skip, "sd_bus_message_skip");
    return loaded;
}

}  // namespace

shared::Result<const BusLibrary*, std::string> bus_library() {
    static const Loaded loaded = load();
    if (!loaded.problem.empty()) return shared::Failure{loaded.problem};
    return &loaded.library;
}

bool has_system_bus() {
    return std::getenv("DBUS_SYSTEM_BUS_ADDRESS") != nullptr || ::access(usual_socket, F_OK) == 0;
}

}  // namespace charge_daemon
