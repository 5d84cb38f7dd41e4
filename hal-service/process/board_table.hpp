// SPDX-License-Identifier: Apache-2.0
#pragma once
// One table of a board file being read: each key by name with its limits; what nobody asked for is
// an error. Complaints have file, line and key.

#include "hal-service/process/wiring.hpp"

#include <toml++/toml.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace process {

// The findings of one reading: complaints by line, and where each key stands.
struct BoardNotes {
    std::string file;
    std::vector<std::pair<std::uint32_t, std::string>> complaints;
    std::map<std::string, std::uint32_t> lines;  // by path: "outlet[1].contactors.k1"

    void complain(std::uint32_t line, const std::string& key, const std::string& text);
    void complain(const std::string& key, const std::string& text);  // where the key stands
};

enum class Need { Optional, Needed };

class BoardTable {
public:
    // `path` is "" for the whole file.
    BoardTable(BoardNotes& notes, const toml::table& table, std::string path);

    template <class Int>
    void integer(std::string_view name, std::int64_t min, std::int64_t max, Int& out,
                 Need need = Need::Optional) {
        if (const auto value = whole(name, min, max, need)) out = static_cast<Int>(*value);
    }
    void one_of(std::string_view name, std::span<const int> choices, int& out);
    // Units and durations of the file, as they are.
    template <class Quantity>
    void quantity(std::string_view name, std::int64_t min, std::int64_t max, Quantity& out) {
        if (const auto value = whole(name, min, max, Need::Optional)) out = Quantity{*value};
    }
    template <class Enum>
    void choice(std::string_view name, Enum& out, Need need = Need::Optional) {
        const auto value = string(name, need);
        if (!value) return;
        if (const auto found = shared::enum_from<Enum>(*value))
            out = *found;
        else
            wrong(name, "must be one of " + listed(names(Enum{})));
    }
    void flag(std::string_view name, bool& out);
    void text(std::string_view name, std::string& out, Need need = Need::Optional);
    void line(std::string_view name, std::optional<Line>& out, Need need = Need::Optional);
    void lines(std::string_view name, std::size_t max, std::vector<Line>& out);
    // -32768..65535: words of a chip are written signed or unsigned.
    void words(std::string_view name, MeterWords& out);
    void connectors(std::string_view name, std::vector<hal::ConnectorId>& out);
    void channels(std::string_view name, std::vector<int>& out);

    // A table below this one, read when it is there; a list of them.
    bool table(std::string_view name, const std::function<void(BoardTable&)>& read);
    void tables(std::string_view name, std::size_t max,
                const std::function<void(BoardTable&, std::size_t)>& read);

    void wrong(std::string_view name, const std::string& text);
    void end();  // complains about what was not asked for

private:
    const toml::node* find(std::string_view name, Need need);
    std::optional<std::int64_t> whole(std::string_view name, std::int64_t min, std::int64_t max,
                                      Need need);
    std::optional<std::string> string(std::string_view name, Need need);
    std::optional<Line> line_of(std::string_view name, const toml::node& node);
    const toml::array* list(std::string_view name, std::size_t max);
    std::string path_of(std::string_view name) const;
    static std::string listed(const auto& choices) {
        std::string all;
        for (const auto* choice : choices)
            all += (all.empty() ? "\"" : ", \"") + std::string(choice) + '"';
        return all;
    }

    BoardNotes& notes_;
    const toml::table& table_;
    const std::string path_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace process
