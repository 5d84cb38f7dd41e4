// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every sequence of a few events out of a list, each of them at once and just after the next
// deadline. Chance finds what is frequent; what hurts is often a few unlikely steps in a row.
//
// The sequences are a tree: twins share what they have in common, so that a sequence costs its last
// event. An event that can't happen, for example a second plug, begins no sequence. All sequences
// up to CHARGEPOINT_SCOPE_DEPTH are gone through; then CHARGEPOINT_SCOPE_STATES of the states that
// were reached are gone on from, one event at a time and each state once, as deep as that leads.
// A state that was not seen before is brought to rest, and judged again; after sequences of the
// full length one of CHARGEPOINT_SCOPE_RESTS is.
//
// A failure names its sequence, which CHARGEPOINT_SCOPE plays alone:
//     CHARGEPOINT_SCOPE="plug, later: tag accepted" build/dev/bin/ocpp_tests "every sequence*"

#include "tests/support/catch.hpp"
#include "tests/support/number_from.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace test {

// A copy of a trial goes its own way from there. It has
//     static const std::vector<ScopeEvent<Trial>> table;  the events
//     void take(std::size_t event);
//     bool later();                       time passes to just after the next deadline; false: none
//     std::string state() const;          in words; equal for what goes on alike
//     void end();                         lets happen what the last event must bring about soon
//     Complaints complaints();            of what happened so far
//     std::string story();                what was to be seen, for a replay
//     void rest();                        brings it to rest, and checks what must then be so
using Complaints = std::vector<std::string>;

template <class Trial>
struct ScopeEvent {
    const char* name;
    bool (*can)(const Trial&);
    void (*take)(Trial&);
};

// A complaint that is known. Its sequence is gone on from no further.
struct Excepted {
    std::vector<std::string> events;  // in this order, with others in between
    std::string complaint;            // part of it
    const char* reason;
};

class ScopeLimits {
public:
    static int number(const char* name, int usual) {
        return std::max(0, static_cast<int>(number_from(name, usual)));
    }

    int depth = number("CHARGEPOINT_SCOPE_DEPTH", 3);
    int states = number("CHARGEPOINT_SCOPE_STATES", 50);
    // One of so many sequences of the full length: sanitizers need ten times as long for each.
    int every = replay_every();
    // One of so many states after sequences of the full length is brought to rest.
    int rests = std::max(1, number("CHARGEPOINT_SCOPE_RESTS", 4));
    const char* replay = std::getenv("CHARGEPOINT_SCOPE");
};

template <class Trial>
class SmallScope {
public:
    struct Step {
        std::size_t event = 0;
        bool later = false;
    };
    using Path = std::vector<Step>;

    struct Counts {
        std::uint64_t sequences = 0;
        std::uint64_t left_out = 0;
        std::uint64_t excepted = 0;
        std::size_t states = 0;
        std::size_t deepest = 0;
        std::size_t failures = 0;
    };

    // `shorter`: the sequences have so many events less than the environment says, and fewer
    // states are gone on from.
    SmallScope(Trial root, std::vector<Excepted> exceptions, int shorter = 0)
        : root_(std::move(root)), exceptions_(std::move(exceptions)) {
        limits_.depth = std::max(1, limits_.depth - shorter);
        if (shorter > 0) limits_.states /= 5;
    }

    // True when all of them are as they should be.
    void run(const std::string& name) {
        if (limits_.replay != nullptr) return replay();
        seen_.insert(root_.state());
        complete_ = static_cast<std::size_t>(limits_.depth);
        Path path;
        explore(root_, path);
        complete_ = 0;
        const auto first = counts_;
        int expanded = 0;
        for (; expanded < limits_.states && !frontier_.empty() && !tired(); ++expanded) {
            auto deeper = std::move(frontier_.front());
            frontier_.pop_front();
            const auto trial = played(deeper);
            explore(trial, deeper);
        }
        std::cout << name << ": " << first.sequences << " sequences of up to " << limits_.depth
                  << " events, " << first.states << " states; from " << expanded << " of them "
                  << counts_.sequences - first.sequences << " deeper ones, up to "
                  << counts_.deepest << " events, " << counts_.states << " states";
        if (counts_.left_out > 0) std::cout << "; " << counts_.left_out << " left out";
        if (counts_.excepted > 0) std::cout << "; " << counts_.excepted << " excepted";
        std::cout << '\n';
        CHECK(counts_.failures == 0);
    }
    const Counts& counts() const { return counts_; }

    static std::string text_of(const Path& path) {
        std::string text;
        for (const auto& step : path)
            text += (text.empty() ? "" : ", ") + std::string(step.later ? later : "") +
                    Trial::table[step.event].name;
        return text;
    }

private:
    static constexpr const char* later = "later: ";
    static constexpr std::size_t most_failures = 20;

    bool tired() const { return counts_.failures >= most_failures; }

    void explore(const Trial& trial, Path& path) {
        branch(trial, path, false);
        Trial waited(trial);
        if (waited.later()) branch(waited, path, true);
    }

    void branch(const Trial& trial, Path& path, bool is_later) {
        for (std::size_t event = 0; event < Trial::table.size() && !tired(); ++event) {
            if (!Trial::table[event].can(trial)) continue;
            path.push_back({event, is_later});
            follow(trial, path);
            path.pop_back();
        }
    }

    void follow(const Trial& before, Path& path) {
        const bool whole = path.size() >= complete_;
        if (whole && limits_.every > 1 && turn_++ % static_cast<unsigned>(limits_.every) != 0) {
            ++counts_.left_out;
            return;
        }
        Trial trial(before);
        ++counts_.sequences;
        counts_.deepest = std::max(counts_.deepest, path.size());
        INFO("CHARGEPOINT_SCOPE=\"" << text_of(path) << '"');
        trial.take(path.back().event);
        if (whole) trial.end();
        if (!fine(trial.complaints(), path)) return;
        if (seen_.insert(trial.state()).second) {
            counts_.states = seen_.size();
            if (!whole || counts_.states % static_cast<unsigned>(limits_.rests) == 0) {
                Trial at_rest(trial);
                at_rest.rest();
                if (!fine(at_rest.complaints(), path)) return;
            }
            if (whole) frontier_.push_back(path);
        }
        if (!whole) explore(trial, path);
    }

    bool fine(const Complaints& complaints, const Path& path) {
        if (complaints.empty()) return true;
        const auto known = [&](const std::string& complaint) { return is_known(complaint, path); };
        if (std::all_of(complaints.begin(), complaints.end(), known)) {
            ++counts_.excepted;
            return false;
        }
        ++counts_.failures;
        for (const auto& complaint : complaints) UNSCOPED_INFO(complaint);
        FAIL_CHECK("after " << text_of(path));
        return false;
    }

    bool is_known(const std::string& complaint, const Path& path) const {
        return std::any_of(exceptions_.begin(), exceptions_.end(), [&](const Excepted& exception) {
            return complaint.find(exception.complaint) != std::string::npos &&
                   contains(path, exception.events);
        });
    }

    static bool contains(const Path& path, const std::vector<std::string>& events) {
        std::size_t found = 0;
        for (const auto& step : path)
            if (found < events.size() && events[found] == Trial::table[step.event].name) ++found;
        return found == events.size();
    }

    Trial played(const Path& path) const {
        Trial trial(root_);
        for (const auto& step : path) {
            if (step.later) static_cast<void>(trial.later());
            trial.take(step.event);
        }
        return trial;
    }

    void replay() {
        const auto path = path_of(limits_.replay);
        INFO(text_of(path));
        Trial trial(root_);
        for (std::size_t i = 0; i < path.size(); ++i) {
            if (path[i].later) CHECK(trial.later());
            CHECK(Trial::table[path[i].event].can(trial));
            trial.take(path[i].event);
            std::cout << text_of({path[i]}) << "\n" << trial.story();
            if (!trial.complaints().empty()) break;
        }
        // A sequence of the full length is gone through to its end before it is brought to rest.
        for (const bool to_its_end : {false, true}) {
            Trial at_rest(trial);
            if (to_its_end) at_rest.end();
            at_rest.rest();
            std::cout << (to_its_end ? "to its end, and to rest\n" : "at once to rest\n")
                      << at_rest.story();
            fine(at_rest.complaints(), path);
        }
    }

    static Path path_of(std::string_view text) {
        constexpr std::string_view comma = ", ";
        Path path;
        while (!text.empty()) {
            const auto end = std::min(text.size(), text.find(comma));
            auto name = text.substr(0, end);
            text.remove_prefix(std::min(text.size(), end + comma.size()));
            const bool is_later = name.starts_with(later);
            if (is_later) name.remove_prefix(std::string_view(later).size());
            const auto& table = Trial::table;
            const auto found = std::find_if(table.begin(), table.end(),
                                            [&](const auto& event) { return event.name == name; });
            if (found == table.end()) FAIL("there is no event " << name);
            path.push_back({static_cast<std::size_t>(found - table.begin()), is_later});
        }
        return path;
    }

    const Trial root_;
    const std::vector<Excepted> exceptions_;
    ScopeLimits limits_;
    std::set<std::string> seen_;
    std::deque<Path> frontier_;
    std::size_t complete_ = 0;
    std::uint64_t turn_ = 0;
    Counts counts_;
};

}  // namespace test
