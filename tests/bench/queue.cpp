// SPDX-License-Identifier: Apache-2.0
// After an outage: how fast a queue of thousands of messages is delivered, beside an empty client
// that says as many over the same link; what a start with a hundred thousand of them costs.

#include "storage/store.hpp"
#include "tests/bench/child.hpp"
#include "tests/bench/peer.hpp"
#include "tests/bench/syncs.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace ocpp::core;
using std::chrono::steady_clock;

constexpr int charge_point_core = 1;
constexpr int batch = 1'000;  // changes in one commit while the store is filled
constexpr std::int64_t first_start_ms = 1'790'000'000'000;

struct Options {
    std::string programs, own, folder;
};

std::string iso(std::int64_t ms) {
    const std::time_t seconds = ms / 1000;
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&seconds));
    return text;
}

// Transactions of an outage, each with as many MeterValues, as the charge point would have kept
// them.
class Outage {
public:
    Outage(int transactions, int meter_values)
        : transactions_(transactions), meter_values_(meter_values) {}

    int messages() const { return transactions_ * (meter_values_ + 2); }

    void write(const std::filesystem::path& directory) {
        auto opened = storage::Store::open(directory);
        std::vector<Change> changes;
        for (int id = 1; id <= transactions_; ++id) {
            put(id, changes);
            if (static_cast<int>(changes.size()) < batch && id < transactions_) continue;
            if (!opened.store.commit(changes)) throw std::runtime_error("the store fails");
            changes.clear();
        }
    }

private:
    void queue(std::int64_t id, QueuedKind kind, std::string payload,
               std::vector<Change>& changes) {
        changes.push_back(PutMessage{{++sequence_, id, kind, std::move(payload), 0}});
    }

    void put(std::int64_t id, std::vector<Change>& changes) {
        const std::int64_t meter = id * 1000, begin = first_start_ms + id * 60'000;
        TransactionRecord record;
        record.id = id;
        record.connector = 1;
        record.id_tag = "04A1B2C3";
        record.meter_start = {meter};
        record.started = record.last_seen = Instant{std::chrono::milliseconds{begin}};
        record.stop_wish = StopWish{"Local", "04A1B2C3", record.started};
        record.stop = StopRecord{{meter + 500}, record.started};
        changes.push_back(PutTransaction{record});
        queue(id, QueuedKind::StartTransaction,
              R"({"connectorId":1,"idTag":"04A1B2C3","meterStart":)" + std::to_string(meter) +
                  R"(,"timestamp":")" + iso(begin) + "\"}",
              changes);
        for (int i = 0; i < meter_values_; ++i)
            queue(id, QueuedKind::MeterValues,
                  R"({"connectorId":1,"meterValue":[{"timestamp":")" + iso(begin + i * 1000) +
                      R"(","sampledValue":[{"value":")" + std::to_string(meter + i) +
                      R"(","measurand":"Energy.Active.Import.Register","unit":"Wh"}]}]})",
                  changes);
        queue(id, QueuedKind::StopTransaction,
              R"({"idTag":"04A1B2C3","meterStop":)" + std::to_string(meter + 500) +
                  R"(,"timestamp":")" + iso(begin + 50'000) + R"(","reason":"Local"})",
              changes);
    }

    int transactions_;
    int meter_values_;
    std::int64_t sequence_ = 0;
};

bool of_the_queue(const std::string& action) {
    return action == "StartTransaction" || action == "StopTransaction" || action == "MeterValues";
}

double elapsed_s(steady_clock::time_point since) {
    return std::chrono::duration<double>(steady_clock::now() - since).count();
}

// Until all of them have come; each message once, by what it says.
double deliver(bench::Connection& connection, int messages) {
    std::set<std::string> seen;
    const auto start = steady_clock::now();
    for (int left = messages; left > 0;) {
        const auto text = bench::received(connection);
        if (!bench::is_call(text)) continue;
        if (!of_the_queue(bench::answer(connection, text))) continue;
        --left;
        if (!seen.insert(text.substr(text.find(',', 4))).second)
            throw std::runtime_error("twice: " + text);
    }
    return elapsed_s(start);
}

double floor_of(const Options& options, int messages) {
    const bench::Listener listener;
    const bench::Child child(
        {options.own + "/floor", std::to_string(listener.port()), std::to_string(messages)},
        charge_point_core, options.folder + "/floor.log");
    auto connection = listener.accept();
    connection.accept_upgrade();
    bench::answer(connection, bench::received(connection));
    const auto start = steady_clock::now();
    for (int left = messages; left > 0; --left)
        bench::answer(connection, bench::received(connection));
    return elapsed_s(start);
}

bench::Syncs* map_syncs(const std::string& path) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (ftruncate(file, sizeof(bench::Syncs)) < 0) throw std::runtime_error(path);
    void* memory = mmap(nullptr, sizeof(bench::Syncs), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) throw std::runtime_error(path);
    return static_cast<bench::Syncs*>(memory);
}

void measure(const Options& options, Outage outage) {
    const std::string folder = options.folder + "/queue" + std::to_string(outage.messages());
    const bench::Listener listener;
    const auto config = bench::write_configuration(folder, listener.port());
    outage.write(folder + "/storage");
    const auto* syncs = map_syncs(folder + "/syncs");
    const bench::Child child({options.programs + "/chargepointd", "--config", config},
                             charge_point_core, folder + "/daemon.log",
                             {"LD_PRELOAD=" + options.own + "/libsyncs.so",
                              "CHARGEPOINT_BENCH_SYNCS=" + folder + "/syncs"});
    auto connection = listener.accept();
    connection.accept_upgrade();
    const auto boot = bench::received(connection);
    const double boot_ms = elapsed_s(child.started()) * 1000;
    const auto memory = child.memory();
    bench::answer(connection, boot);
    const std::uint64_t before = syncs->count;
    const double taken = deliver(connection, outage.messages());
    const std::uint64_t written = syncs->count - before;
    const double least = floor_of(options, outage.messages());
    std::printf("%d messages in the queue\n", outage.messages());
    std::printf("  %-44s %10.1f ms\n", "exec to BootNotification", boot_ms);
    std::printf("  %-44s %10.1f MiB\n", "PSS after boot",
                static_cast<double>(memory.pss_kb) / 1024);
    std::printf("  %-44s %10.0f /s, floor %.0f, ratio %.2f\n", "delivered, each once",
                outage.messages() / taken, outage.messages() / least, taken / least);
    std::printf("  %-44s %10.3f\n", "commits (fsync) per message",
                static_cast<double>(written) / outage.messages());
}

}  // namespace

int main(int count, char** arguments) try {
    if (count != 4) {
        std::fprintf(stderr, "usage: queue PROGRAMS BENCH-PROGRAMS FOLDER\n");
        return 64;
    }
    const Options options{arguments[1], arguments[2], arguments[3]};
    bench::pin_to(0);
    measure(options, {1'000, 8});
    measure(options, {50'000, 0});
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 70;
}
