// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/restart.hpp"

#include "daemon/host/bus_library.hpp"

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <memory>
#include <system_error>

namespace charge_daemon {
namespace {

constexpr std::uint64_t bus_time_out_us = 2'000'000;

std::string text_of(int error) { return std::generic_category().message(error); }

// Calls a method of a manager on the system's bus; returns "" when it agreed, else why not.
template <class... Arguments>
std::string ask_manager(const char* service, const char* path, const char* interface,
                        const char* method, const char* types, Arguments... arguments) {
    const auto library = bus_library();
    if (!library) return library.error();
    const auto& functions = **library;
    sd_bus* opened = nullptr;
    if (const int result = functions.open_system(&opened); result < 0) return text_of(-result);
    const std::unique_ptr<sd_bus, decltype(functions.flush_close_unref)> bus(
        opened, functions.flush_close_unref);
    functions.set_method_call_timeout(bus.get(), bus_time_out_us);
    sd_bus_error error{};
    const int result = functions.call_method(bus.get(), service, path, interface, method, &error,
                                             nullptr, types, arguments...);
    std::string why;
    if (result < 0) why = error.message ? error.message : text_of(-result);
    functions.error_free(&error);
    return why;
}

}  // namespace

std::string tried(int retries, const std::function<std::string()>& attempt) {
    std::string problem;
    for (int i = 0; i <= retries; ++i) {
        problem = attempt();
        if (problem.empty()) break;
    }
    return problem;
}

std::string reboot_machine() {
    return ask_manager("org.freedesktop.login1", "/org/freedesktop/login1",
                       "org.freedesktop.login1.Manager", "Reboot", "b",
                       0);  // 0: nobody can be asked for a password
}

// The manager agrees before the unit has stopped.
std::string restart_unit(const std::string& unit) {
    return ask_manager("org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                       "org.freedesktop.systemd1.Manager", "RestartUnit", "ss", unit.c_str(),
                       "replace");
}

std::string execute_anew(char** argv) {
    // Asio opens sockets without FD_CLOEXEC.
    if (::close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) != 0) return text_of(errno);
    ::execv("/proc/self/exe", argv);
    return text_of(errno);
}

}  // namespace charge_daemon
