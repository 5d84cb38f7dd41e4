// SPDX-License-Identifier: Apache-2.0
#include "daemon/keys/key_maker.hpp"

#include <cassert>
#include <csignal>
#include <system_error>
#include <utility>

namespace charge_daemon {
namespace {

// Signals are for the thread of the loop.
class NoSignals {
public:
    NoSignals() {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    NoSignals(const NoSignals&) = delete;
    NoSignals& operator=(const NoSignals&) = delete;
    ~NoSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

KeyMaking made(const KeyFolder& folder, ClientKeyType type, const SigningSubject& subject,
               const std::stop_token& stop) {
    const auto key = PrivateKey::make(type, stop);
    if (!key) return shared::Failure{key.error()};
    auto request = signing_request(*key, subject);
    if (!request) return shared::Failure{request.error()};
    if (auto why = folder.keep(*key); !why.empty())
        return shared::Failure{"a key can't be kept: " + why};
    return MadeKey{key->id(), *std::move(request)};
}

}  // namespace

KeyMaker::KeyMaker(EventLoop& loop, KeyFolder folder, ClientKeyType type,
                   std::function<void(KeyMaking)> told)
    : loop_(loop),
      folder_(std::move(folder)),
      type_(type),
      told_(std::move(told)),
      alive_(std::make_shared<KeyMaker*>(this)) {}

void KeyMaker::make(SigningSubject subject) {
    assert(!busy());
    const auto tell = [&loop = loop_, weak = std::weak_ptr(alive_)](KeyMaking making) {
        loop.post([weak, making = std::move(making)]() mutable {
            if (const auto alive = weak.lock()) (*alive)->end(std::move(making));
        });
    };
    const NoSignals blocked;
    try {
        thread_ = std::jthread([tell, folder = folder_, type = type_,
                                subject = std::move(subject)](const std::stop_token& stop) {
            tell(made(folder, type, subject, stop));
        });
    } catch (const std::system_error& error) {
        tell(shared::Failure{std::string("no thread for making a key: ") + error.what()});
    }
}

void KeyMaker::end(KeyMaking making) {
    if (thread_.joinable()) thread_.join();
    told_(std::move(making));
}

void KeyMaker::stop() {
    alive_.reset();
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
}

}  // namespace charge_daemon
