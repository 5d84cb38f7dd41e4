// SPDX-License-Identifier: Apache-2.0
#include "storage/store.hpp"

#include "storage/salvage.hpp"
#include "storage/tables.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace storage {

namespace fs = std::filesystem;
using namespace ocpp::core;  // NOLINT(google-build-using-namespace): the words that are stored
using shared::Failure;
using shared::Result;

namespace {

// The file is made smaller when at least these many pages are free, and the log is moved into it
// when it is longer than this.
constexpr std::int64_t free_pages_to_return = 64;
constexpr std::uintmax_t log_bytes_to_checkpoint = 256 * 1024;

bool fits(const std::string& text) { return text.size() <= max_text_bytes; }
bool fits(const PutTransaction& c) {
    const auto& r = c.record;
    return fits(r.id_tag) && fits(r.parent_id_tag) && fits(r.hal_instance) &&
           (!r.stop_wish || (fits(r.stop_wish->reason) && fits(r.stop_wish->id_tag)));
}
bool fits(const PutMessage& c) { return fits(c.message.payload); }
bool fits(const RemoveMessage&) { return true; }
bool fits(const PutConnector&) { return true; }
bool fits(const PutTag& c) {
    return fits(c.tag.id_tag) && fits(c.tag.status) && fits(c.tag.parent_id_tag);
}
bool fits(const RemoveTag&) { return true; }
bool fits(const Put& c) { return fits(c.name) && fits(c.value); }
bool fits(const Remove&) { return true; }
bool fits(const Change& change) {
    return std::visit([](const auto& c) { return fits(c); }, change);
}

bool outlives_process(const Change& change) {
    if (const auto* put = std::get_if<Put>(&change)) return row_of(put->kind).survives_kill;
    if (const auto* remove = std::get_if<Remove>(&change))
        return row_of(remove->kind).survives_kill;
    return std::holds_alternative<PutTransaction>(change);
}

}  // namespace

Store::Store(fs::path directory, Database database)
    : directory_(std::move(directory)),
      database_(std::move(database)),
      recent_file_(directory_),
      found_(recent_file_.load()) {
    for (const auto& row : kinds)
        for (const auto& [name, value] : found_.texts[row.kind])
            backlog_.add(value ? Change{Put{row.kind, name, *value, Durability::Relaxed}}
                               : Change{Remove{row.kind, name, Durability::Relaxed}});
}

Store::Opened Store::open(const fs::path& directory) {
    auto disk = open_disk(directory);
    if (disk) {
        const OpenedAs origin = disk->set_aside ? OpenedAs::SetAside
                                : disk->created ? OpenedAs::Created
                                                : OpenedAs::Opened;
        Store store(directory, std::move(disk->database));
        store.backlog_.note_kept(disk->next_sequence - 1);
        store.restore_removals();
        return {std::move(store), origin, disk->set_aside, std::move(disk->report)};
    }
    auto memory = open_memory(directory, disk.error());
    if (!memory) std::abort();  // no memory for an empty database: nothing else would work either
    Store store(directory, std::move(memory->database));
    store.volatile_ = true;
    store.from_disk_ = memory->from_disk;
    store.backlog_.note_kept(memory->next_sequence - 1);
    store.restore_removals();
    return {std::move(store), OpenedAs::Volatile, std::nullopt, std::move(memory->report)};
}

Committed Store::commit(const std::vector<Change>& changes) {
    bool now = due_;
    bool refused = false;
    bool lives_on = false;
    for (const Change& change : changes) {
        if (!fits(change)) {
            refused = true;
            continue;
        }
        now = now || durability_of(change) == Durability::Now;
        backlog_.add(change);
        const auto* gone = std::get_if<RemoveMessage>(&change);
        lives_on = lives_on || outlives_process(change) ||
                   (gone != nullptr && backlog_.removes(gone->sequence));
    }
    now = now || backlog_.removals() > max_recent_removals;
    if (now) {
        auto kept = write();
        if (!kept && lives_on) recent_file_.keep(recent());
        if (!kept || !refused) return kept;
    } else if (lives_on) {
        recent_file_.keep(recent());
    }
    if (refused) {
        return Failure{StoreError{StoreError::Kind::TooLarge, "a change is too long to be kept"}};
    }
    return CommitResult{};
}

Committed Store::flush() {
    auto kept = write();
    if (!kept || !volatile_) return kept;
    return return_to_disk();
}

bool Store::unflushed() const { return volatile_ || !backlog_.empty(); }

bool Store::durable() const { return !volatile_ && !due_; }

Snapshot Store::load() {
    auto snapshot = tables::read(database_, report_);
    if (!snapshot) {
        // An empty snapshot will not do: new transactions would take the numbers of old ones.
        if (is_damage(snapshot.error())) {
            replace(snapshot.error());
        } else {
            go_volatile(snapshot.error());
        }
        snapshot = tables::read(database_, report_);
    }
    if (!snapshot) {
        go_volatile(snapshot.error());
        snapshot = tables::read(database_, report_);
    }
    if (!snapshot) return {};
    add_recent(*snapshot);
    return std::move(*snapshot);
}

std::vector<TransactionRecord> Store::history(std::size_t limit) {
    auto found = tables::newest_transactions(database_, std::min(limit, max_history * 2));
    if (found) return std::move(*found);
    report_.push_back("the history cannot be read: " + found.error().text);
    return {};
}

Committed Store::rebuild(const Snapshot& snapshot) {
    bool anew = false;
    if (!still_there()) anew = true;
    auto done = write_snapshot(snapshot);
    if (!done && done.error().kind == StoreError::Kind::Corrupt && !volatile_) {
        replace(done.error());
        anew = true;
        done = write_snapshot(snapshot);
    }
    if (!done) return Failure{done.error()};
    written();
    backlog_.note_kept(snapshot.next_sequence - 1);
    return CommitResult{anew};
}

Committed Store::maintain() {
    if (volatile_ || due_) return flush();
    if (auto done = tidy(); !done) return failed(done.error());
    return CommitResult{};
}

std::vector<std::string> Store::take_report() { return std::exchange(report_, {}); }

Committed Store::write() {
    if (backlog_.empty()) return CommitResult{};
    const bool anew = !still_there();
    backlog_.note_attempt();
    auto done = write_backlog();
    if (!done) return failed(done.error());
    written();
    return CommitResult{anew};
}

Recent Store::recent() const {
    Recent recent;
    for (const auto& row : kinds)
        if (row.survives_kill) recent.texts[row.kind] = backlog_.texts()[row.kind];
    for (const auto& [id, record] : backlog_.transactions())
        if (!record.stop) recent.seen[id] = {record.last_seen, record.last_energy};
    // While a disk fails there may be more of them, and starts and stops as well: these come with
    // the number of their transaction, for which there is no room here.
    for (const auto sequence : backlog_.relaxed_removals()) {
        if (recent.removed.size() == max_recent_removals) break;
        recent.removed.insert(sequence);
    }
    return recent;
}

// The file of the run before is cleared with the first commit of this one: what it says has to be
// on disk by then.
void Store::add_recent(Snapshot& snapshot) {
    for (const auto& row : kinds) {
        if (!row.survives_kill) continue;
        auto& texts = snapshot.texts[row.kind];
        for (const auto& [name, value] : backlog_.texts()[row.kind])
            if (value)
                texts[name] = *value;
            else
                texts.erase(name);
    }
    std::erase_if(snapshot.queue, [this](const QueuedMessage& message) {
        return backlog_.removes(message.sequence);
    });
    for (auto& record : snapshot.transactions) {
        const auto seen = found_.seen.find(record.id);
        if (seen == found_.seen.end() || record.stop) continue;
        record.last_seen = std::max(record.last_seen, seen->second.at);
        record.last_energy = std::max(record.last_energy, seen->second.energy);
        backlog_.add(PutTransaction{record, Durability::Relaxed});
    }
}

// Numbers are never used again, so that what the last run has removed can only be that.
void Store::restore_removals() {
    for (const auto sequence : found_.removed)
        backlog_.add(RemoveMessage{sequence, Durability::Relaxed});
}

void Store::written() {
    backlog_.clear();
    if (!volatile_) recent_file_.keep({});
    due_ = false;
}

Committed Store::failed(const StoreError& error) {
    if (error.kind == StoreError::Kind::Corrupt && !volatile_) {
        replace(error);
        auto done = write_backlog();
        if (done) {
            written();
            return CommitResult{true};
        }
    }
    due_ = due_ || !backlog_.empty();
    if (const std::size_t lost = backlog_.give_up_surplus(); lost > 0) {
        report_.push_back(std::to_string(lost) +
                          " meter values no longer wait for the disk: a power cut would lose them");
    }
    return Failure{error};
}

Attempt Store::write_backlog() {
    auto transaction = Transaction::begin(database_);
    if (!transaction) return Failure{transaction.error()};
    Attempt done = Done{};
    for (const auto& [id, record] : backlog_.transactions()) {
        if (done = tables::put(database_, record); !done) return done;
    }
    for (const auto& [sequence, message] : backlog_.messages()) {
        done = message ? tables::put(database_, *message)
                       : tables::remove_message(database_, sequence);
        if (!done) return done;
    }
    for (const auto& [number, record] : backlog_.connectors()) {
        if (done = tables::put(database_, record); !done) return done;
    }
    for (const auto& row : kinds) {
        for (const auto& [name, value] : backlog_.texts()[row.kind]) {
            done = value ? tables::put(database_, row.kind, name, *value)
                         : tables::remove(database_, row.kind, name);
            if (!done) return done;
        }
    }
    for (const auto& [id_tag, tag] : backlog_.tags()) {
        done = tag ? tables::put(database_, *tag) : tables::remove_tag(database_, id_tag);
        if (!done) return done;
    }
    // The counter is needed only after a removal: until then the newest message is the counter.
    if (backlog_.removes()) {
        done = tables::raise_counter(database_, tables::counters::next_sequence,
                                     backlog_.highest_sequence() + 1);
        if (!done) return done;
    }
    return transaction->commit();
}

Attempt Store::write_snapshot(const Snapshot& snapshot) {
    auto transaction = Transaction::begin(database_);
    if (!transaction) return Failure{transaction.error()};
    auto done = tables::clear(database_);
    if (!done) return done;
    for (const auto& record : snapshot.transactions) {
        if (done = tables::put(database_, record); !done) return done;
    }
    for (const auto& message : snapshot.queue) {
        if (done = tables::put(database_, message); !done) return done;
    }
    for (const auto& record : snapshot.connectors) {
        if (done = tables::put(database_, record); !done) return done;
    }
    for (const auto& row : kinds) {
        for (const auto& [name, value] : snapshot.texts[row.kind]) {
            if (done = tables::put(database_, row.kind, name, value); !done) return done;
        }
    }
    for (const auto& tag : snapshot.tags) {
        if (done = tables::put(database_, tag); !done) return done;
    }
    for (const auto& [name, value] :
         {std::pair{tables::counters::next_sequence, snapshot.next_sequence},
          std::pair{tables::counters::next_transaction, snapshot.next_transaction}}) {
        if (done = tables::raise_counter(database_, name, value); !done) return done;
    }
    return transaction->commit();
}

Attempt Store::tidy() {
    auto pruned = tables::prune_transactions(database_, max_history);
    if (!pruned) return Failure{pruned.error()};
    auto free = database_.number("PRAGMA freelist_count");
    if (!free) return Failure{free.error()};
    if (*free >= free_pages_to_return) {
        if (auto done = database_.run("PRAGMA incremental_vacuum"); !done) return done;
    }
    std::error_code none;
    const auto log = fs::file_size(directory_ / "chargepoint.db-wal", none);
    if (!none && log > log_bytes_to_checkpoint) return database_.checkpoint();
    return Done{};
}

void Store::replace(const StoreError& damage) {
    database_.keep_files_at_close();
    // The database must be closed before its file gets another name.
    if (auto nothing = Database::open_in_memory()) database_ = std::move(*nothing);
    auto disk = replace_disk(directory_, damage);
    if (disk) {
        take(std::move(*disk));
    } else {
        go_volatile(disk.error());
    }
}

void Store::go_volatile(const StoreError& why) {
    if (!volatile_) database_.keep_files_at_close();
    auto memory = open_memory(directory_, why);
    if (!memory) std::abort();  // as in open()
    database_ = std::move(memory->database);
    volatile_ = true;
    from_disk_ = memory->from_disk;
    backlog_.note_kept(memory->next_sequence - 1);
    for (std::string& line : memory->report) report_.push_back(std::move(line));
}

Committed Store::return_to_disk() {
    auto disk = open_disk(directory_);
    if (!disk) return Failure{disk.error()};
    auto lines = salvage(database_, disk->database, from_disk_ ? Target::Older : Target::New);
    if (!lines) return Failure{lines.error()};
    take(std::move(*disk));
    recent_file_.keep({});
    report_.emplace_back("the disk can be used again, and everything is on it");
    return CommitResult{};
}

bool Store::still_there() {
    if (volatile_ || !database_.moved()) return true;
    report_.emplace_back("the database was taken away while in use");
    // The connection still reaches the file without a name.
    auto memory = empty_memory();
    if (!memory || !salvage(database_, *memory)) return true;
    database_.keep_files_at_close();
    database_ = std::move(*memory);
    volatile_ = true;
    from_disk_ = false;
    if (auto back = return_to_disk(); !back) report_.push_back(back.error().text);
    return false;
}

void Store::take(Disk disk) {
    database_ = std::move(disk.database);
    volatile_ = false;
    from_disk_ = false;
    backlog_.note_kept(disk.next_sequence - 1);
    for (std::string& line : disk.report) report_.push_back(std::move(line));
}

}  // namespace storage
