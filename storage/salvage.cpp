// SPDX-License-Identifier: Apache-2.0
#include "storage/salvage.hpp"

#include "storage/tables.hpp"

#include <algorithm>
#include <optional>

namespace storage {

namespace {

using shared::Failure;
using tables::Table;

// Copies one table.
class Copy {
public:
    Copy(const Table& table, Database& from, Database& to) : table_(table), from_(from), to_(to) {
        std::string values = "?";
        for (int column = 1; column < table.width; ++column) values += ",?";
        insert_ = "INSERT OR REPLACE INTO " + std::string(table.name) + " (" +
                  std::string(table.columns) + ") VALUES (" + values + ")";
        select_ = "SELECT " + readable_columns() + " FROM " + std::string(table.name);
    }

    // Returns only errors of `to`; those of `from` are counted.
    Attempt run() {
        auto whole = sweep(" ORDER BY 1");
        if (!whole) return Failure{whole.error()};
        if (*whole) return Done{};
        damaged_ = true;
        const auto first_lost = last_key_;
        last_key_.reset();
        auto rest = sweep(" ORDER BY 1 DESC");
        if (!rest) return Failure{rest.error()};
        if (!table_.whole_number_key || !first_lost || !last_key_) return Done{};
        return single_reads(*first_lost, *last_key_);
    }

    std::string report() const {
        if (rows_ == 0 && dropped_ == 0 && !damaged_) return {};
        std::string line = std::string(table_.name) + ": " + std::to_string(rows_) + " saved";
        if (dropped_ > 0) line += ", " + std::to_string(dropped_) + " not usable";
        if (damaged_) line += ", others could not be read";
        return line;
    }

    std::size_t rows() const { return rows_; }
    bool unreadable() const { return unreadable_; }

private:
    // An older version of the table has fewer columns; those that came later may be empty.
    std::string readable_columns() {
        auto query = from_.query("SELECT group_concat(name) FROM pragma_table_info(?)");
        if (!query) return std::string(table_.columns);
        query->bind(table_.name);
        const auto row = query->step();
        if (!row || !*row || query->null(0)) return std::string(table_.columns);
        const std::string there = ',' + query->text(0) + ',';
        std::string listed;
        for (std::string_view rest = table_.columns; !rest.empty();) {
            const auto end = std::min(rest.find(','), rest.size());
            const std::string name(rest.substr(0, end));
            const bool known = there.find(',' + name + ',') != std::string::npos;
            listed += (listed.empty() ? "" : ", ") + (known ? name : "NULL");
            rest.remove_prefix(std::min(end + 2, rest.size()));
        }
        return listed;
    }

    void note(const StoreError& error) {
        if (error.kind == StoreError::Kind::Io) unreadable_ = true;
    }

    // Returns true when it came to the end of the table.
    shared::Result<bool, StoreError> sweep(const char* order) {
        auto query = from_.query(select_ + order);
        if (!query) return note(query.error()), false;
        while (true) {
            auto row = query->step();
            if (!row) return note(row.error()), false;
            if (!*row) return true;
            if (table_.whole_number_key && query->whole(0)) last_key_ = query->integer(0);
            if (auto done = keep(*query); !done) return Failure{done.error()};
        }
    }

    // Asks for each row between two keys that can be read.
    Attempt single_reads(std::int64_t low, std::int64_t high) {
        const std::string sql = select_ + " WHERE " +
                                std::string(table_.columns.substr(0, table_.columns.find(','))) +
                                " = ?";
        std::int64_t left = max_single_reads;
        for (std::int64_t key = low; key < high && --left > 0;) {
            auto query = from_.query(sql);
            if (!query) return note(query.error()), Done{};
            query->bind(++key);
            auto row = query->step();
            if (!row) note(row.error());
            if (!row || !*row) continue;
            if (auto done = keep(*query); !done) return done;
        }
        return Done{};
    }

    Attempt keep(Query& row) {
        for (int column = 0; column < table_.width; ++column) {
            if (row.sound(column)) continue;
            ++dropped_;
            return Done{};
        }
        auto insert = to_.query(insert_);
        if (!insert) return Failure{insert.error()};
        for (int column = 0; column < table_.width; ++column) insert->bind_column(row, column);
        auto done = insert->run();
        if (done) {
            ++rows_;
        } else if (done.error().kind == StoreError::Kind::Other) {
            ++dropped_;  // the checks of the schema refuse it
        } else {
            return done;
        }
        return Done{};
    }

    const Table& table_;
    Database& from_;
    Database& to_;
    std::string select_;
    std::string insert_;
    std::optional<std::int64_t> last_key_;
    std::size_t rows_ = 0;
    std::size_t dropped_ = 0;
    bool damaged_ = false;
    bool unreadable_ = false;
};

}  // namespace

shared::Result<Salvaged, StoreError> salvage(Database& from, Database& to, Target target) {
    Salvaged saved;
    auto transaction = Transaction::begin(to);
    if (!transaction) return Failure{transaction.error()};
    if (target == Target::Older) {
        for (const Table& table : tables::all()) {
            if (!table.follows_removals) continue;
            auto emptied = to.run(("DELETE FROM " + std::string(table.name)).c_str());
            if (!emptied) return Failure{emptied.error()};
        }
    }
    for (const Table& table : tables::all()) {
        Copy copy(table, from, to);
        if (auto done = copy.run(); !done) return Failure{done.error()};
        if (auto line = copy.report(); !line.empty()) saved.lines.push_back(std::move(line));
        saved.rows += copy.rows();
        saved.unreadable = saved.unreadable || copy.unreadable();
    }
    if (auto done = transaction->commit(); !done) return Failure{done.error()};
    return saved;
}

}  // namespace storage
