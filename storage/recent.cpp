// SPDX-License-Identifier: Apache-2.0
#include "storage/recent.hpp"

#include "hal-service/shared/json.hpp"
#include "storage/tables.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <utility>

namespace storage {

using shared::Json;

namespace {

// {"boot": …, "keys": {name: value or null}, "seen": {id: [ms, mWh]}, "removed": [sequence]}; other
// kinds as "keys"
constexpr std::size_t deepest = 3;

std::optional<std::int64_t> number_from(const std::string& text) {
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional{number} : std::nullopt;
}

void read_texts(const Json& json, WaitingTexts::Named& named) {
    if (!json.is_object()) return;
    for (const auto& [name, value] : json.items())
        if (value.is_string())
            named[name] = value.get<std::string>();
        else if (value.is_null())
            named[name] = std::nullopt;
}

void read_seen(const Json& json, Recent& recent) {
    if (!json.is_object()) return;
    for (const auto& [name, value] : json.items()) {
        const auto id = number_from(name);
        if (!id || !value.is_array() || value.size() != 2 || !value[0].is_number_integer() ||
            !value[1].is_number_integer())
            continue;
        recent.seen[*id] = {ocpp::core::instant_from(value[0].get<std::int64_t>()),
                            {value[1].get<std::int64_t>()}};
    }
}

void read_removed(const Json& json, Recent& recent) {
    if (!json.is_array()) return;
    for (const auto& sequence : json)
        if (sequence.is_number_integer()) recent.removed.insert(sequence.get<std::int64_t>());
}

Json written(const Recent& recent, const std::string& boot) {
    Json json{{"boot", boot}, {"seen", Json::object()}};
    for (const auto& row : ocpp::core::kinds) {
        if (!row.survives_kill) continue;
        Json& named = json[tables::table_of(row.kind).name] = Json::object();
        for (const auto& [name, value] : recent.texts[row.kind])
            named[name] = value ? Json(*value) : Json();
    }
    for (const auto& [id, seen] : recent.seen)
        json["seen"][std::to_string(id)] = {seen.at.time_since_epoch().count(), seen.energy.count};
    if (!recent.removed.empty()) json["removed"] = recent.removed;
    return json;
}

}  // namespace

RecentFile::RecentFile(std::filesystem::path directory, std::string boot)
    : directory_(std::move(directory)), boot_(std::move(boot)) {
    std::error_code error;
    empty_ = !std::filesystem::exists(path(), error);
}

Recent RecentFile::load() const {
    std::string text(recent_bytes, ' ');
    std::ifstream file(path(), std::ios::binary);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    const auto json = shared::parse_json(text, {recent_bytes, deepest});
    Recent recent;
    if (boot_.empty() || !json || !json->is_object() || json->value("boot", Json{}) != boot_)
        return recent;
    for (const auto& row : ocpp::core::kinds)
        if (row.survives_kill)
            read_texts(json->value(tables::table_of(row.kind).name, Json{}),
                       recent.texts[row.kind]);
    read_seen(json->value("seen", Json{}), recent);
    read_removed(json->value("removed", Json{}), recent);
    return recent;
}

void RecentFile::keep(const Recent& recent) {
    if (recent.empty() && empty_) return;
    auto text = shared::dump(written(recent, boot_));
    // That a message is said again is the smallest loss.
    if (text.size() > recent_bytes) {
        auto shorter = recent;
        shorter.removed.clear();
        text = shared::dump(written(shorter, boot_));
        // Both may be long while a disk can't be written; somebody was told of the rest.
        using enum ocpp::core::Kind;
        for (const auto kind : {SecurityEvent, Document}) {
            if (text.size() <= recent_bytes) break;
            shorter.texts[kind].clear();
            text = shared::dump(written(shorter, boot_));
        }
    }
    // A part of it could not be parsed; an empty block is at least valid.
    if (text.size() > recent_bytes) text = "{}";
    text.resize(recent_bytes, ' ');
    const int file = open(path().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    const auto bytes = pwrite(file, text.data(), text.size(), 0);
    close(file);
    empty_ = recent.empty() && bytes == static_cast<ssize_t>(text.size());
}

std::string RecentFile::boot_id() {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
}

}  // namespace storage
