// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/transaction_data.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/transactions.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

namespace transaction_data_test {

using namespace ocpp;
using namespace ocpp::core;
using std::chrono::seconds;

namespace {

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 28} +
                   std::chrono::hours{12}};

struct Fixture {
    TransactionData data;
    Outcome out;

    void add(int second, std::size_t digits = 1) {
        wire::MeterValue value{.timestamp = {noon + seconds{second}}};
        value.sampled_value.push_back({.value = std::string(digits, '1')});
        data.add({second, 1, QueuedKind::TransactionData, shared::to_text(value), 0},
                 Durability::Relaxed, out);
    }
    std::size_t bytes() const {
        std::size_t sum = 0;
        for (const auto& message : data.messages()) sum += message.payload.size();
        return sum;
    }
    std::vector<std::int64_t> gaps() const {
        std::vector<std::int64_t> found;
        for (std::size_t i = 1; i < data.messages().size(); ++i)
            found.push_back(data.messages()[i].sequence - data.messages()[i - 1].sequence);
        return found;
    }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "however many come, few are kept, evenly, with the first and the last") {
    for (const int count : {99, 100, 150, 199, 500, 5'000}) {
        data = {};
        for (int i = 0; i < count; ++i) add(i);
        INFO(count);
        CHECK(data.messages().size() < TransactionData::max_values);
        CHECK(data.messages().size() >=
              std::min(static_cast<std::size_t>(count), TransactionData::max_values - 1));
        CHECK(data.messages().front().sequence == 0);
        CHECK(data.messages().back().sequence == count - 1);
        auto between = gaps();
        between.pop_back();
        CHECK(*std::max_element(between.begin(), between.end()) <=
              3 * *std::min_element(between.begin(), between.end()));
    }
}

TEST_CASE_METHOD(Fixture, "long values are bounded by their bytes") {
    for (int i = 0; i < 200; ++i) add(i, 1'000);
    CHECK(bytes() < TransactionData::max_bytes);
    CHECK(data.messages().front().sequence == 0);
    CHECK(data.messages().back().sequence == 199);
    // The end may be longer than they are; then even the newest may go.
    data.make_room(TransactionData::max_bytes - bytes() / 2, noon + seconds{200}, out);
    CHECK(bytes() < TransactionData::max_bytes / 2);
    CHECK(data.messages().front().sequence == 0);
}

TEST_CASE_METHOD(Fixture, "two values that are too long for the bound are both kept") {
    add(0, 20'000);
    add(1, 20'000);
    CHECK(data.messages().size() == 2);
}

TEST_CASE_METHOD(Fixture, "what was thinned out is removed from the store, and so is the rest") {
    for (int i = 0; i < 120; ++i) add(i);
    std::set<std::int64_t> stored;
    const auto follow = [&] {
        for (const auto& change : out.changes)
            if (const auto* put = std::get_if<PutMessage>(&change))
                stored.insert(put->message.sequence);
            else
                stored.erase(std::get<RemoveMessage>(change).sequence);
        out = {};
    };
    follow();
    std::set<std::int64_t> kept;
    for (const auto& message : data.messages()) kept.insert(message.sequence);
    CHECK(stored == kept);
    data.remove_all(Durability::Now, out);
    follow();
    CHECK(stored.empty());
}

}  // namespace transaction_data_test
