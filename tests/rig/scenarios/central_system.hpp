// SPDX-License-Identifier: Apache-2.0
#pragma once
// The smallest central system that lets a session run: it accepts everything, starts a
// transaction for the first vehicle, and remembers what it was called with.

#include "tests/rig/scenarios/stage.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace rig {

class CentralSystem {
public:
    CentralSystem();
    ~CentralSystem();
    CentralSystem(const CentralSystem&) = delete;
    CentralSystem& operator=(const CentralSystem&) = delete;

    static std::string url() { return "ws://127.0.0.1:9000/ocpp"; }
    // The payload of the newest call of that action since the last forget().
    std::optional<Json> called(const std::string& action, Duration patience);
    void forget();

private:
    struct Call {
        std::string action;
        Json payload;
    };
    struct Sockets;

    void accept();
    void converse(int index);
    Json answer(const Json& call);
    bool should_start(const Json& call);

    std::unique_ptr<Sockets> sockets_;
    std::mutex mutex_;
    std::condition_variable news_;
    std::vector<Call> calls_;
    std::vector<std::thread> threads_;
    bool ending_ = false;
    int transactions_ = 0;
    bool started_ = false;
};

}  // namespace rig
