// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/event_loop.hpp"

#include "daemon/host/asio.hpp"

#include <boost/asio/detail/concurrency_hint.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdint>
#include <optional>
#include <utility>

namespace charge_daemon {

struct EventLoop::Parts {
    void wait_for_signal() {
        signals->async_wait([this](ErrorCode ec, int signal) {
            if (ec) return;
            wait_for_signal();
            heard(signal);
        });
    }

    asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    std::optional<asio::basic_signal_set<Executor>> signals;
    std::function<void(int)> heard;
};

EventLoop::EventLoop() : parts_(std::make_unique<Parts>()) {}

EventLoop::~EventLoop() = default;

void EventLoop::run() { parts_->io.run(); }

void EventLoop::stop() { parts_->io.stop(); }

void EventLoop::post(std::function<void()> what) { asio::post(parts_->io, std::move(what)); }

void EventLoop::catch_signals() {
    parts_->signals.emplace(parts_->io.get_executor(), SIGTERM, SIGINT);
}

void EventLoop::on_signal(std::function<void(int signal)> heard) {
    parts_->heard = std::move(heard);
    parts_->wait_for_signal();
}

boost::asio::io_context& EventLoop::io() { return parts_->io; }

struct Watch::Parts {
    using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

    Parts(EventLoop& loop, int number) : descriptor(loop.io().get_executor(), number) {}

    static void wait(const std::shared_ptr<Parts>& parts, Descriptor::wait_type what) {
        parts->descriptor.async_wait(
            what, [weak = std::weak_ptr(parts), mine = parts->setting](ErrorCode ec) {
                const auto alive = weak.lock();
                if (ec || !alive || mine != alive->setting) return;
                ++alive->setting;
                const auto call = std::move(alive->ready);
                call();
            });
    }

    Descriptor descriptor;
    std::function<void()> ready;
    std::uint64_t setting = 0;  // a handler of an earlier one calls nobody
};

Watch::Watch(EventLoop& loop, int descriptor) : parts_(std::make_shared<Parts>(loop, descriptor)) {}

Watch::~Watch() {
    ++parts_->setting;
    parts_->descriptor.release();
}

int Watch::descriptor() const { return parts_->descriptor.native_handle(); }

void Watch::wait(bool to_read, bool to_write, std::function<void()> ready) {
    parts_->descriptor.cancel();
    ++parts_->setting;
    parts_->ready = std::move(ready);
    if (to_read) Parts::wait(parts_, Parts::Descriptor::wait_read);
    if (to_write) Parts::wait(parts_, Parts::Descriptor::wait_write);
}

struct Alarm::Parts {
    Timer timer;
    std::function<void()> ring;
    std::uint64_t setting = 0;  // a handler of an earlier one does not ring
};

Alarm::Alarm(EventLoop& loop)
    : parts_(std::make_shared<Parts>(Parts{Timer(loop.io().get_executor()), {}})) {}

Alarm::~Alarm() { cancel(); }

void Alarm::set(SteadyClock::time_point at, std::function<void()> ring) {
    auto& parts = *parts_;
    parts.ring = std::move(ring);
    parts.timer.expires_at(at);
    parts.timer.async_wait([weak = std::weak_ptr(parts_), mine = ++parts.setting](ErrorCode ec) {
        const auto alive = weak.lock();
        if (ec || !alive || mine != alive->setting) return;
        // It may be set anew while it rings.
        const auto call = std::move(alive->ring);
        call();
    });
}

void Alarm::cancel() {
    ++parts_->setting;
    parts_->timer.cancel();
}

}  // namespace charge_daemon
