// SPDX-License-Identifier: Apache-2.0
// Committed means kept: power cuts, failing disks and SIGKILL at any operation.
#include "storage/store.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

namespace crash_test {

using namespace samples;
using storage::OpenedAs;
using storage::Store;
using support::FaultyVfs;

namespace {

// Rounds of each kind; the environment can ask for more, as the crash rig does.
int rounds(int usual) {
    const char* factor = std::getenv("CHARGEPOINT_CRASH_FACTOR");
    return factor == nullptr ? usual : usual * std::max(1, std::atoi(factor));
}

// The changes that a charge point commits, in random order, with numbers. Each call is one commit.
class Life {
public:
    explicit Life(unsigned seed) : random_(seed) {}
    // The numbers go on from what was found.
    void resume(const Snapshot& found) {
        next_sequence_ = std::max(next_sequence_, found.next_sequence);
        next_transaction_ = std::max(next_transaction_, found.next_transaction);
        queue_ = found.queue;
        cache_ = {found.tags.begin(), found.tags.end()};
    }
    std::vector<Change> step() {
        std::vector<Change> changes;
        switch (random_() % 8) {
            case 0:
                changes.emplace_back(PutTransaction{transaction(next_transaction_++)});
                enqueue(changes, QueuedKind::StartTransaction, Durability::Now);
                break;
            case 1: enqueue(changes, QueuedKind::MeterValues, Durability::Relaxed); break;
            case 2:
                if (next_transaction_ > 1) {
                    auto record = stopped(transaction(next_transaction_ - 1));
                    record.finished = random_() % 2 == 0;
                    changes.emplace_back(PutTransaction{record});
                }
                enqueue(changes, QueuedKind::StopTransaction, Durability::Now);
                break;
            case 3:
            case 4:
                if (!queue_.empty()) {
                    const auto durability =
                        random_() % 2 == 0 ? Durability::Now : Durability::Relaxed;
                    changes.emplace_back(RemoveMessage{queue_.front().sequence, durability});
                    queue_.pop_front();
                }
                break;
            case 5:
                cache_.push_back(cached(++heard_));
                changes.emplace_back(PutTag{cache_.back(), Durability::Now});
                if (cache_.size() < 4) break;
                changes.emplace_back(RemoveTag{cache_.front().id_tag, Durability::Relaxed});
                cache_.pop_front();
                break;
            case 6: {
                const std::string name = "profile/" + std::to_string(random_() % 5);
                if (random_() % 3 == 0)
                    changes.emplace_back(Remove{Kind::Document, name});
                else
                    changes.emplace_back(
                        Put{Kind::Document, name, std::string(random_() % 3000, 'd')});
                break;
            }
            default:
                changes.emplace_back(Put{Kind::Key, "k" + std::to_string(random_() % 5),
                                         std::string(random_() % 3000, 'v')});
                changes.emplace_back(Put{Kind::Mark, marks::clean_stop, std::to_string(random_()),
                                         Durability::Relaxed});
        }
        return changes;
    }
    bool chance(unsigned one_in) { return random_() % one_in == 0; }
    std::mt19937& random() { return random_; }

private:
    void enqueue(std::vector<Change>& changes, QueuedKind kind, Durability durability) {
        auto m = message(next_sequence_++, kind);
        queue_.push_back(m);
        changes.emplace_back(PutMessage{std::move(m), durability});
    }

    std::mt19937 random_;
    std::deque<QueuedMessage> queue_;
    std::int64_t next_sequence_ = 1;
    std::int64_t next_transaction_ = 1;
    std::deque<CachedTag> cache_;
    std::int64_t heard_ = 0;
};

bool any_now(const std::vector<Change>& changes) {
    return std::any_of(changes.begin(), changes.end(),
                       [](const Change& c) { return durability_of(c) == Durability::Now; });
}

void apply_all(Snapshot& snapshot, const std::vector<Change>& changes) {
    for (const Change& change : changes) apply(snapshot, change);
}

}  // namespace

namespace {

// Until the power goes. What was promised is in `kept`, and with what was in flight in `all`.
// False: not even the opening came to its end.
bool live(const std::filesystem::path& directory, FaultyVfs& disk, Life& life, Snapshot& kept,
          Snapshot& all) {
    auto opened = Store::open(directory);
    INFO(joined(opened.report));
    REQUIRE(opened.origin != OpenedAs::SetAside);
    auto& store = opened.store;
    all = store.load();
    if (!store.durable()) {
        REQUIRE(disk.tripped());
        return false;
    }
    REQUIRE(same(all, kept));
    life.resume(all);
    for (int n = 0; !disk.tripped(); ++n) {
        REQUIRE(n < 10'000);
        const auto changes = life.step();
        apply_all(all, changes);
        const auto done = store.commit(changes);
        if (done && any_now(changes)) kept = all;
        if (life.chance(50)) {
            if (store.flush()) kept = all;
            static_cast<void>(bool(store.maintain()));
        }
    }
    return true;
}

// Changes that wait in the machine's memory end with it.
void forget_run_of_machine(const Folder& folder) {
    std::filesystem::remove(folder / "chargepoint.recent");
}

// One charge point, from its first start on. How often the power went.
int cut_often(unsigned seed, int rounds) {
    FaultyVfs disk;
    const Folder folder;
    Life life(seed);
    Snapshot kept;
    Snapshot all;
    int cuts = 0;
    for (int round = 0; round < rounds; ++round) {
        INFO("seed " << seed << " round " << round);
        // Sometimes during the recovery from the cut before, sometimes much later.
        disk.cut_power(1 + life.random()() % (life.chance(4) ? 400 : 40));
        const bool lived = live(folder.path(), disk, life, kept, all);
        if (disk.tripped()) ++cuts;
        disk.power_on(life.random());
        forget_run_of_machine(folder);
        if (!lived) continue;
        auto after = Store::open(folder.path());
        INFO(joined(after.report));
        REQUIRE(after.origin == OpenedAs::Opened);
        const auto found = after.store.load();
        // Either none of what was in flight, or all of it.
        if (!same(found, kept)) REQUIRE(same(found, all));
        REQUIRE((found.queue.empty() || found.queue.back().sequence < found.next_sequence));
        kept = found;
    }
    return cuts;
}

}  // namespace

TEST_CASE("a power cut at any operation loses nothing acknowledged and invents nothing") {
    int cuts = 0;
    for (int seed = 0; seed < rounds(80); ++seed)
        cuts += cut_often(static_cast<unsigned>(seed), 50);
    CHECK(cuts == rounds(80) * 50);
    std::cout << "storage: " << cuts << " power cuts\n";
}

TEST_CASE("a disk that fails at any operation loses nothing once it works again") {
    const auto fault = GENERATE(FaultyVfs::Fault::Io, FaultyVfs::Fault::Full);
    const auto lasting = GENERATE(false, true);
    const auto operation = GENERATE(FaultyVfs::Operation::Change, FaultyVfs::Operation::Read);
    std::size_t nth = 1;
    for (bool untouched = false; !untouched; ++nth) {
        REQUIRE(nth < 5000);
        FaultyVfs disk;
        const Folder folder;
        Life life(9);
        Snapshot all;
        {
            // A database with a history, so that there is something to read.
            auto store = std::move(Store::open(folder.path()).store);
            for (int n = 0; n < 30; ++n) {
                const auto changes = life.step();
                apply_all(all, changes);
                REQUIRE(store.commit(changes));
            }
            REQUIRE(store.flush());
        }
        disk.fail(nth, fault, lasting, operation);
        {
            auto opened = Store::open(folder.path());
            auto& store = opened.store;
            INFO("operation " << nth << '\n' << joined(opened.report));
            REQUIRE(opened.origin != OpenedAs::SetAside);
            const auto found = store.load();
            life.resume(found);
            bool failed = false;
            for (int n = 0; n < 30; ++n) {
                const auto changes = life.step();
                apply_all(all, changes);
                if (!store.commit(changes)) failed = true;
            }
            static_cast<void>(bool(store.maintain()));
            // A failure is told in some way, unless a retry by SQLite has hidden it.
            if (lasting && operation == FaultyVfs::Operation::Change && disk.tripped()) {
                CHECK((failed || !store.durable() || !opened.report.empty() ||
                       !store.take_report().empty() || !store.unflushed()));
            }
            untouched = !disk.tripped();
            disk.heal();
            REQUIRE(store.flush());
            REQUIRE(store.durable());
            REQUIRE_FALSE(store.unflushed());
        }
        auto again = Store::open(folder.path());
        INFO("after operation " << nth << '\n' << joined(again.report));
        REQUIRE(again.origin == OpenedAs::Opened);
        REQUIRE(same(again.store.load(), all));
    }
    CHECK(nth > 10);
    std::cout << "storage: " << nth - 1 << " failing operations\n";
}

TEST_CASE("SIGKILL at any instant loses nothing acknowledged") {
    const Folder folder;
    std::mt19937 random(11);
    std::int64_t acknowledged = 0;
    for (int round = 0; round < rounds(40); ++round) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            ::close(ends[0]);
            auto opened = Store::open(folder.path());
            const auto found = opened.store.load();
            for (std::int64_t n = found.next_sequence;; ++n) {
                // The message and its transaction: both or none.
                const auto kept = opened.store.commit(
                    {PutTransaction{transaction(n)}, PutMessage{message(n)}, RemoveMessage{n - 9}});
                if (!kept || !opened.store.durable()) ::_exit(1);
                if (::write(ends[1], &n, sizeof n) != sizeof n) ::_exit(2);
            }
        }
        ::close(ends[1]);
        const auto wanted = random() % 40;
        for (unsigned n = 0; n < wanted; ++n) {
            std::int64_t number = 0;
            REQUIRE(::read(ends[0], &number, sizeof number) == sizeof number);
            REQUIRE(number == acknowledged + 1);
            acknowledged = number;
        }
        REQUIRE(::kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        std::int64_t number = 0;
        while (::read(ends[0], &number, sizeof number) == sizeof number) acknowledged = number;
        ::close(ends[0]);

        auto opened = Store::open(folder.path());
        INFO("round " << round << '\n' << joined(opened.report));
        REQUIRE(opened.origin != OpenedAs::SetAside);
        const auto found = opened.store.load();
        const std::int64_t last = found.next_sequence - 1;
        REQUIRE((last == acknowledged || last == acknowledged + 1));
        REQUIRE(found.transactions.size() == static_cast<std::size_t>(last));
        REQUIRE(found.queue.size() == static_cast<std::size_t>(std::min<std::int64_t>(last, 9)));
        if (last > 0) {
            REQUIRE(found.queue.back() == message(last));
            REQUIRE(found.transactions.back() == transaction(last));
        }
        acknowledged = last;
    }
    CHECK(acknowledged > 100);
    std::cout << "storage: " << rounds(40) << " kills, " << acknowledged << " commits\n";
}

}  // namespace crash_test
