// SPDX-License-Identifier: Apache-2.0
#pragma once
// The D-Bus client of libsystemd. The library, and those that it needs in turn, are loaded with the
// first use: most charge points never talk to a bus, and a start does not wait for them.

#include "hal-service/shared/result.hpp"

#include <systemd/sd-bus.h>

#include <memory>
#include <string>

namespace charge_daemon {

// Each member is the function sd_bus_... of that name.
struct BusLibrary {
    decltype(&::sd_bus_open_system) open_system;
    decltype(&::sd_bus_close_unref) close_unref;
    decltype(&::sd_bus_flush_close_unref) flush_close_unref;
    decltype(&::sd_bus_get_fd) get_fd;
    decltype(&::sd_bus_get_events) get_events;
    decltype(&::sd_bus_get_timeout) get_timeout;
    decltype(&::sd_bus_process) process;
    decltype(&::sd_bus_set_method_call_timeout) set_method_call_timeout;
    decltype(&::sd_bus_add_match_async) add_match_async;
    decltype(&::sd_bus_call_method) call_method;
    decltype(&::sd_bus_call_async) call_async;
    decltype(&::sd_bus_error_free) error_free;
    decltype(&::sd_bus_message_new_method_call) new_method_call;
    decltype(&::sd_bus_message_set_auto_start) set_auto_start;
    decltype(&::sd_bus_message_unref) message_unref;
    decltype(&::sd_bus_message_get_error) get_error;
    decltype(&::sd_bus_message_get_path) get_path;
    decltype(&::sd_bus_message_append) append;
    decltype(&::sd_bus_message_append_array) append_array;
    decltype(&::sd_bus_message_open_container) open_container;
    decltype(&::sd_bus_message_close_container) close_container;
    decltype(&::sd_bus_message_read) read;
    decltype(&::sd_bus_message_read_basic) read_basic;
    decltype(&::sd_bus_message_read_array) read_array;
    decltype(&::sd_bus_message_peek_type) peek_type;
    decltype(&::sd_bus_message_enter_container) enter_container;
    decltype(&::sd_bus_message_exit_container) exit_container;
    decltype(&::sd_bus_message_skip) skip;
};

// Loads it with the first call; else why it can't be loaded.
shared::Result<const BusLibrary*, std::string> bus_library();

// Somebody says with DBUS_SYSTEM_BUS_ADDRESS where the system's bus is, or its socket is there.
bool has_system_bus();

}  // namespace charge_daemon
