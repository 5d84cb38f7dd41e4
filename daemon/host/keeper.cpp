// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/keeper.hpp"

namespace charge_daemon {

using ocpp::core::Severity;

Keeper::Keeper(storage::Store::Opened opened, SteadyClock::time_point now, Tell tell)
    : store_(std::move(opened.store)), tell_(std::move(tell)), maintain_at_(now + maintain_every) {
    const auto severity =
        opened.origin == storage::OpenedAs::SetAside || opened.origin == storage::OpenedAs::Volatile
            ? Severity::Error
            : Severity::Info;
    for (const auto& line : opened.report) this->tell(severity, line);
    // A killed process may have left changes that are not on the disk.
    if (store_.unflushed()) flush_at_ = now + flush_within;
}

void Keeper::keep(const std::vector<ocpp::core::Change>& changes, SteadyClock::time_point now) {
    if (changes.empty()) return;
    judge(store_.commit(changes));
    if (!store_.unflushed())
        flush_at_.reset();
    else if (!flush_at_)
        flush_at_ = now + flush_within;
}

SteadyClock::time_point Keeper::due() const {
    return flush_at_ ? std::min(*flush_at_, maintain_at_) : maintain_at_;
}

void Keeper::tick(SteadyClock::time_point now) {
    if (flush_at_ && now >= *flush_at_) {
        judge(store_.flush());
        flush_at_.reset();
        if (store_.unflushed()) flush_at_ = now + flush_within;
    }
    if (now >= maintain_at_) {
        maintain_at_ = now + maintain_every;
        judge(store_.maintain());
    }
}

void Keeper::rebuild(const ocpp::core::Snapshot& state) {
    lacks_state_ = false;
    judge(store_.rebuild(state));
    // One rebuild is enough for each damage: a database that breaks again while it is written has
    // another fault.
    lacks_state_ = false;
}

void Keeper::flush() { judge(store_.flush()); }

void Keeper::judge(const storage::Committed& result) {
    report();
    if (!result) {
        const auto& text = result.error().text;
        if (text != problem_)
            tell(Severity::Error, "what happens now is not kept over a power cut: " + text);
        problem_ = text;
        return;
    }
    if (result->anew) {
        tell(Severity::Error, "the database was damaged and has been built anew");
        lacks_state_ = true;
    }
    if (!problem_.empty()) tell(Severity::Warning, "what happens is kept again");
    problem_.clear();
}

void Keeper::report() {
    for (const auto& line : store_.take_report()) tell(Severity::Warning, line);
}

void Keeper::tell(Severity severity, const std::string& text) const {
    tell_({severity, "storage", text, {}});
}

}  // namespace charge_daemon
