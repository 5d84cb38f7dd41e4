// SPDX-License-Identifier: Apache-2.0
#pragma once
// The kinds of texts that are kept by name. A new kind is a row here and a row in
// storage/tables.cpp, with a migration for its table; everything between goes over these rows.

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>

namespace ocpp::core {

enum class Kind {
    Key,           // the value of an OCPP key that differs from its factory value
    Mark,          // a small fact about the charge point itself; snapshot.hpp has the names
    Document,      // a text of a feature, under a name that begins with its subject: "profile/3"
    SecurityEvent  // an entry of the security log, under its number
};

struct KindRow {
    Kind kind;
    // A Relaxed change survives a kill of the process. Keys do, because somebody was told that the
    // new value is accepted; documents do, because a visit goes on over a kill; and nobody can keep
    // an event out of the security log by a kill.
    bool survives_kill;
};

inline constexpr std::array kinds{KindRow{Kind::Key, true}, KindRow{Kind::Mark, false},
                                  KindRow{Kind::Document, true},
                                  KindRow{Kind::SecurityEvent, true}};

constexpr const KindRow& row_of(Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

static_assert(std::all_of(kinds.begin(), kinds.end(),
                          [](const KindRow& row) { return row_of(row.kind).kind == row.kind; }),
              "the rows have the order of the enumeration");

// Values by name, apart for each kind.
template <class Value>
class ByKind {
public:
    using Named = std::map<std::string, Value>;

    Named& operator[](Kind kind) { return named_[static_cast<std::size_t>(kind)]; }
    const Named& operator[](Kind kind) const { return named_[static_cast<std::size_t>(kind)]; }

    bool empty() const {
        return std::all_of(named_.begin(), named_.end(),
                           [](const Named& named) { return named.empty(); });
    }
    void clear() { named_ = {}; }
    bool operator==(const ByKind&) const = default;

private:
    std::array<Named, kinds.size()> named_;
};

using Texts = ByKind<std::string>;

}  // namespace ocpp::core
