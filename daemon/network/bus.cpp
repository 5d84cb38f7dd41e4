// SPDX-License-Identifier: Apache-2.0
#include "daemon/network/bus.hpp"

#include <poll.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace charge_daemon {
namespace {

constexpr std::uint64_t answer_within_us = 5'000'000;
// More than that at once lets others have their turn in between.
constexpr int most_messages_at_once = 64;

std::string bus_problem(int error) { return std::generic_category().message(error); }

}  // namespace

void Bus::CloseMessage::operator()(sd_bus_message* message) const {
    // There is no message without the library.
    (*bus_library())->message_unref(message);
}

shared::Result<std::unique_ptr<Bus>, std::string> Bus::open(EventLoop& loop,
                                                            std::function<void(std::string)> gone) {
    const auto library = bus_library();
    if (!library) return shared::Failure{"libsystemd can't be loaded: " + library.error()};
    sd_bus* bus = nullptr;
    if (const int result = (*library)->open_system(&bus); result < 0)
        return shared::Failure{"the system bus can't be reached: " + bus_problem(-result)};
    return std::unique_ptr<Bus>(new Bus(loop, **library, bus, std::move(gone)));
}

Bus::Bus(EventLoop& loop, const BusLibrary& functions, sd_bus* bus,
         std::function<void(std::string)> gone)
    : loop_(loop),
      functions_(functions),
      bus_(bus),
      gone_(std::move(gone)),
      alarm_(loop),
      again_(loop) {
    arm();
}

Bus::~Bus() {
    // The library closes the descriptor that is watched.
    watch_.reset();
    functions_.close_unref(bus_);
}

Bus::Message Bus::call_of(const char* service, const char* path, const char* interface,
                          const char* method) const {
    sd_bus_message* call = nullptr;
    if (functions_.new_method_call(bus_, &call, service, path, interface, method) < 0) return {};
    functions_.set_auto_start(call, 0);
    return Message(call);
}

void Bus::ask(Message call, Answered answered) {
    auto& pending = pending_.emplace_back(Pending{this, std::move(answered), {}});
    pending.self = std::prev(pending_.end());
    const int result = call == nullptr
                           ? -ENOMEM
                           : functions_.call_async(bus_, nullptr, call.get(), take_answer, &pending,
                                                   answer_within_us);
    if (result < 0) {
        pending_.pop_back();
        return fail(-result);
    }
    if (!pumping_) arm();
}

void Bus::listen(const std::string& rule, std::function<void(sd_bus_message*)> heard) {
    auto& listener = listeners_.emplace_back(Listener{std::move(heard)});
    const int result =
        functions_.add_match_async(bus_, nullptr, rule.c_str(), take_signal, nullptr, &listener);
    if (result < 0) return fail(-result);
    if (!pumping_) arm();
}

int Bus::take_answer(sd_bus_message* message, void* pending, sd_bus_error*) {
    auto& waiting = *static_cast<Pending*>(pending);
    auto& bus = *waiting.bus;
    const auto answered = std::move(waiting.answered);
    bus.pending_.erase(waiting.self);
    const auto* error = bus.functions_.get_error(message);
    const auto text = [](const char* words) { return std::string(words ? words : ""); };
    if (error != nullptr)
        answered(shared::Failure{Error{text(error->name), text(error->message)}});
    else
        answered(message);
    return 0;
}

int Bus::take_signal(sd_bus_message* message, void* listener, sd_bus_error*) {
    static_cast<Listener*>(listener)->heard(message);
    return 0;
}

// Not from inside, because whoever hears of it ends this object.
void Bus::fail(int error) {
    alarm_.cancel();
    watch_.reset();
    if (auto gone = std::exchange(gone_, nullptr))
        again_.set(SteadyClock::now(),
                   [gone = std::move(gone), why = bus_problem(error)] { gone(why); });
}

void Bus::pump() {
    if (!gone_) return;
    pumping_ = true;
    int result = 1;
    for (int i = 0; i < most_messages_at_once && result > 0 && gone_; ++i)
        result = functions_.process(bus_, nullptr);
    pumping_ = false;
    if (result < 0) return fail(-result);
    if (!gone_) return;
    if (result > 0) return again_.set(SteadyClock::now(), [this] { pump(); });
    arm();
}

void Bus::arm() {
    const int descriptor = functions_.get_fd(bus_);
    const int events = functions_.get_events(bus_);
    if (descriptor < 0 || events < 0) return fail(descriptor < 0 ? -descriptor : -events);
    if (!watch_ || watch_->descriptor() != descriptor) {
        watch_.reset();
        watch_ = std::make_unique<Watch>(loop_, descriptor);
    }
    watch_->wait((events & POLLIN) != 0, (events & POLLOUT) != 0, [this] { pump(); });
    std::uint64_t due = 0;
    if (functions_.get_timeout(bus_, &due) <= 0 || due == UINT64_MAX) return alarm_.cancel();
    // Microseconds of CLOCK_MONOTONIC, which is this clock.
    alarm_.set(SteadyClock::time_point(std::chrono::microseconds(due)), [this] { pump(); });
}

}  // namespace charge_daemon
