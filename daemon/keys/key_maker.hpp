// SPDX-License-Identifier: Apache-2.0
#pragma once
// Makes a key pair in a thread of its own: an RSA key can take seconds, and so can a disk. The loop
// is told only when the key is on the disk.

#include "daemon/host/event_loop.hpp"
#include "daemon/keys/key_folder.hpp"
#include "daemon/keys/signing_request.hpp"

#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace charge_daemon {

struct MadeKey {
    std::string id;
    std::string request;  // PEM
};
// The error is for people.
using KeyMaking = shared::Result<MadeKey, std::string>;

class KeyMaker {
public:
    // `told` is called in a turn of the loop.
    KeyMaker(EventLoop& loop, KeyFolder folder, ClientKeyType type,
             std::function<void(KeyMaking)> told);
    KeyMaker(const KeyMaker&) = delete;
    KeyMaker& operator=(const KeyMaker&) = delete;
    ~KeyMaker() { stop(); }

    // Not while it is busy.
    void make(SigningSubject subject);
    // From make() until just before `told` is called.
    bool busy() const { return thread_.joinable(); }
    // Waits for the thread, which gives up soon; nothing is told any more.
    void stop();

private:
    void end(KeyMaking making);

    EventLoop& loop_;
    KeyFolder folder_;
    ClientKeyType type_;
    std::function<void(KeyMaking)> told_;
    std::jthread thread_;               // joinable until its end was heard of
    std::shared_ptr<KeyMaker*> alive_;  // empty once nobody is to be told
};

}  // namespace charge_daemon
