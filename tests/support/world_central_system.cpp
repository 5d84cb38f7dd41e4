// SPDX-License-Identifier: Apache-2.0
// The world's central system: what it hears, as lines, and how it answers or fails to.

#include "tests/support/world.hpp"

#include "ocpp/wire/time.hpp"

#include <algorithm>

namespace test {

using namespace ocpp::core;
using shared::Json;

namespace {

// Starts of transactions before these are not repeated any more.
constexpr std::size_t remembered_starts = 1'000;

std::string text_of(const Json& payload, const char* member) {
    const auto found = payload.find(member);
    if (found == payload.end()) return "";
    return found->is_string() ? found->get<std::string>() : found->dump();
}

// A central system in trouble: bytes that are no answer at all.
std::string no_frame(const std::string& id, int kind) {
    const std::string texts[] = {"",
                                 "\xff\xfe{",
                                 R"([3,")" + id + '"',
                                 R"({"a":1})",
                                 R"([3,")" + id + R"("])",
                                 R"([9,")" + id + R"(",{}])",
                                 "null",
                                 "<html>502 Bad Gateway</html>"};
    return texts[static_cast<std::size_t>(kind) % std::size(texts)];
}

}  // namespace

std::string line_of(const Json& call) {
    const std::string action = call[2];
    const auto& payload = call[3];
    std::string line = action;
    const auto add = [&](const char* member) {
        if (payload.contains(member)) line += ' ' + text_of(payload, member);
    };
    if (action == "StatusNotification") {
        add("connectorId");
        add("status");
        if (text_of(payload, "errorCode") != "NoError") add("errorCode");
        add("vendorErrorCode");
        if (text_of(payload, "info") == "EV side disconnected") line += " left";
    } else if (action == "StopTransaction") {
        add("reason");
        add("idTag");
    } else if (action == "MeterValues") {
        add("connectorId");
        add("transactionId");
    } else if (action == "StartTransaction") {
        add("connectorId");
        add("idTag");
        add("reservationId");
    } else {
        add("messageId");
        add("idTag");
        add("status");
    }
    return line;
}

void World::hear(const std::string& text) {
    raw_frames_.push_back(text);
    auditor_.heard(text, utc_ms());
    const auto frame = Json::parse(text);
    if (frame[0] == 3 || frame[0] == 4) {
        results_[frame[1]] = frame[2];
        return;
    }
    const std::string action = frame[2];
    calls_.push_back(frame);
    lines_.push_back(line_of(frame));
    if (silent.contains(action) || mishap_ == Disturbance::Silence ||
        mishap_ == Disturbance::Silences)
        return;
    if (manner && mishap_ == Disturbance::None && !lose_next_answer_) {
        const auto how = manner(frame);
        if (how.after == seconds{0}) return behave(how, frame);
        later_.push_back({now_.steady + how.after, how, frame});
        return;
    }
    const auto reply = reply_to(frame);
    if (std::exchange(lose_next_answer_, false)) return drop_link();
    take(FrameReceived{reply});
}

void World::behave(const Manner& how, const Json& call) {
    const std::string id = call[1], action = call[2];
    switch (how.kind) {
        case Manner::Kind::Answers:
            return take(FrameReceived{Json::array({3, id, answer(action, call[3])}).dump()});
        case Manner::Kind::Refuses:
            return take(
                FrameReceived{Json::array({4, id, how.code, "test", Json::object()}).dump()});
        case Manner::Kind::Babbles: {
            const Json wrong{{"idTagInfo", 7}, {"transactionId", "one"}, {"currentTime", 5}};
            return take(FrameReceived{Json::array({3, id, wrong}).dump()});
        }
        case Manner::Kind::IsSilent: return;
        case Manner::Kind::Breaks:
            drop_link(how.close_code);
            reconnect_at_ = now_.steady + reconnects;
            return;
    }
}

// Late answers, and the connection that is built again.
void World::catch_up() {
    std::vector<Later> due;
    std::erase_if(later_, [&](const Later& later) {
        if (later.at > now_.steady) return false;
        due.push_back(later);
        return true;
    });
    for (const auto& later : due)
        if (link_) behave(later.how, later.call);
    if (reconnect_at_ && *reconnect_at_ <= now_.steady && started_) raise_link();
}

std::string World::reply_to(const Json& call) {
    const std::string id = call[1], action = call[2];
    constexpr std::array kinds{Disturbance::NoFrame, Disturbance::WrongPayload,
                               Disturbance::WrongId};
    const auto what = mishap_ == Disturbance::Garbage
                          ? kinds[static_cast<std::size_t>(garbled_) % kinds.size()]
                          : mishap_;
    if (what == Disturbance::CallError || what == Disturbance::CallErrors)
        return Json::array({4, id, "InternalError", "test", Json::object()}).dump();
    if (what == Disturbance::NoFrame) return no_frame(id, garbled_++ / 3);
    if (what == Disturbance::WrongPayload) {
        ++garbled_;
        const Json wrong{{"idTagInfo", 7}, {"transactionId", "one"}, {"currentTime", 5}};
        return Json::array({3, id, wrong}).dump();
    }
    if (const auto error = call_errors.find(action); error != call_errors.end())
        return Json::array({4, id, error->second, "test", Json::object()}).dump();
    if (garbage && !garbage(action).empty())
        return Json::array({3, id, Json::parse(garbage(action))}).dump();
    const bool other = what == Disturbance::WrongId;
    if (other) ++garbled_;
    return Json::array({3, other ? "not-" + id : id, answer(action, call[3])}).dump();
}

Json World::answer(const std::string& action, const Json& payload) {
    const auto info = [&] {
        const auto found = id_tag_info.find(text_of(payload, "idTag"));
        return found == id_tag_info.end() ? Json{{"status", "Accepted"}} : found->second;
    };
    const auto time =
        ocpp::wire::DateTime{std::chrono::time_point_cast<std::chrono::milliseconds>(now_.utc)}
            .to_text();
    if (action == "BootNotification")
        return {{"status", registration}, {"currentTime", time}, {"interval", interval}};
    if (action == "Heartbeat") return {{"currentTime", time}};
    if (action == "Authorize") return {{"idTagInfo", info()}};
    if (action == "StartTransaction")
        return {{"idTagInfo", info()}, {"transactionId", transaction_of(payload)}};
    if (action == "StopTransaction" && payload.contains("idTag")) return {{"idTagInfo", info()}};
    if (action == "DataTransfer" || action == "SignCertificate") return {{"status", "Accepted"}};
    return Json::object();
}

// A good central system takes equal words for one transaction.
std::int32_t World::transaction_of(const Json& start) {
    const auto known = std::find_if(given_.begin(), given_.end(),
                                    [&](const auto& entry) { return entry.first == start; });
    if (known != given_.end()) return known->second;
    given_.emplace_front(start, next_transaction_++);
    if (given_.size() > remembered_starts) given_.pop_back();
    return given_.front().second;
}

}  // namespace test
