// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/time.hpp"

#include <algorithm>
#include <cstddef>

namespace ocpp::wire {
namespace {

using std::chrono::milliseconds;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the text apart from the left; what does not fit makes it fail for good.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    bool ok() const { return ok_; }
    bool at_end() const { return rest_.empty(); }

    bool skip(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool skip_any_of(std::string_view characters) {
        return std::any_of(characters.begin(), characters.end(),
                           [this](char c) { return skip(c); });
    }
    void require(bool condition) { ok_ = ok_ && condition; }

    // Exactly `digits` of them, with a value of at most `max`.
    int number(std::size_t digits, int max) {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            require(i < rest_.size() && is_digit(rest_[i]));
            if (!ok_) return 0;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        require(value <= max);
        return value;
    }

    // The digits after the point, at least one.
    milliseconds fraction() {
        require(!rest_.empty() && is_digit(rest_.front()));
        int value = 0;
        int unit = 100;
        while (!rest_.empty() && is_digit(rest_.front())) {
            value += unit * (rest_.front() - '0');
            unit /= 10;
            rest_.remove_prefix(1);
        }
        return milliseconds{value};
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

std::chrono::minutes scan_offset(Scanner& scan) {
    if (scan.at_end() || scan.skip_any_of("Zz")) return {};
    const bool west = scan.skip('-');
    scan.require(west || scan.skip('+'));
    const std::chrono::hours hours{scan.number(2, 23)};
    scan.skip(':');  // ISO 8601 has a form without it
    const std::chrono::minutes minutes{scan.number(2, 59)};
    return west ? -(hours + minutes) : hours + minutes;
}

void append_digits(std::string& out, unsigned value, std::size_t digits) {
    out.append(digits, '0');
    for (std::size_t i = 1; value > 0 && i <= digits; ++i, value /= 10)
        out[out.size() - i] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<DateTime> DateTime::from_text(std::string_view text) {
    Scanner scan{text};
    const std::chrono::year year{scan.number(4, 9999)};
    scan.require(scan.skip('-'));
    const std::chrono::month month{static_cast<unsigned>(scan.number(2, 12))};
    scan.require(scan.skip('-'));
    const std::chrono::day day{static_cast<unsigned>(scan.number(2, 31))};
    const auto date = year / month / day;
    scan.require(date.ok() && scan.skip_any_of("Tt "));

    const std::chrono::hours hours{scan.number(2, 23)};
    scan.require(scan.skip(':'));
    const std::chrono::minutes minutes{scan.number(2, 59)};
    scan.require(scan.skip(':'));
    const std::chrono::seconds seconds{scan.number(2, 60)};
    const auto fraction = scan.skip('.') ? scan.fraction() : milliseconds{0};
    const auto offset = scan_offset(scan);
    if (!scan.ok() || !scan.at_end()) return std::nullopt;

    const Point point = std::chrono::sys_days{date} + hours + minutes + seconds + fraction - offset;
    if (point < earliest || point > latest) return std::nullopt;
    return DateTime{point};
}

std::string DateTime::to_text() const {
    const Point shown = std::clamp(point, earliest, latest);
    const auto midnight = std::chrono::floor<std::chrono::days>(shown);
    const std::chrono::year_month_day date{midnight};
    const std::chrono::hh_mm_ss time{shown - midnight};

    std::string out;
    out.reserve(24);
    append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_digits(out, static_cast<unsigned>(time.hours().count()), 2);
    out += ':';
    append_digits(out, static_cast<unsigned>(time.minutes().count()), 2);
    out += ':';
    append_digits(out, static_cast<unsigned>(time.seconds().count()), 2);
    out += '.';
    append_digits(out, static_cast<unsigned>(time.subseconds().count()), 3);
    out += 'Z';
    return out;
}

}  // namespace ocpp::wire
