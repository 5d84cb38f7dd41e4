// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the words of messages for the auditor, without anything of the product.

#include "tests/support/auditor.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace test::words {

using Json = Auditor::Json;
using Time = Auditor::Time;

constexpr std::int64_t unknown_id = -1;  // errata 4.0, 3.18
constexpr Time kept_within = 60'000;     // samples may be lost with the minute before a kill

inline Time time_of(const std::string& text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &year, &month, &day, &hour,
                    &minute, &second, &ms) < 6)
        return 0;
    const std::chrono::sys_days date{std::chrono::year{year} / month / day};
    return std::chrono::milliseconds{date.time_since_epoch()}.count() +
           ((hour * 60LL + minute) * 60 + second) * 1'000 + ms;
}

inline std::string word(const Json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

inline Json without_time(Json payload) {
    payload.erase("timestamp");
    return payload;
}

}  // namespace test::words
