// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/scenarios/central_system.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>

#include <list>
#include <utility>

namespace rig {
namespace {

namespace beast = boost::beast;
using tcp = boost::asio::ip::tcp;
using Stream = beast::websocket::stream<tcp::socket>;

constexpr unsigned short port = 9000;

}  // namespace

struct CentralSystem::Sockets {
    boost::asio::io_context context;
    tcp::acceptor acceptor{context, {boost::asio::ip::make_address("127.0.0.1"), port}};
    std::list<Stream> streams;  // guarded by the mutex
};

CentralSystem::CentralSystem() : sockets_(std::make_unique<Sockets>()) {
    threads_.emplace_back([this] { accept(); });
}

CentralSystem::~CentralSystem() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        // Wakes those who wait for bytes, or for a connection.
        ::shutdown(sockets_->acceptor.native_handle(), SHUT_RDWR);
        for (auto& stream : sockets_->streams)
            ::shutdown(stream.next_layer().native_handle(), SHUT_RDWR);
    }
    threads_.front().join();  // then nobody adds another one
    for (std::size_t i = 1; i < threads_.size(); ++i) threads_[i].join();
}

void CentralSystem::accept() {
    for (;;) {
        beast::error_code error;
        tcp::socket socket(sockets_->context);
        sockets_->acceptor.accept(socket, error);
        const std::lock_guard lock(mutex_);
        if (ending_) return;
        if (error) continue;
        sockets_->streams.emplace_back(std::move(socket));
        const int index = static_cast<int>(sockets_->streams.size()) - 1;
        threads_.emplace_back([this, index] { converse(index); });
    }
}

void CentralSystem::converse(int index) {
    Stream* stream = nullptr;
    {
        const std::lock_guard lock(mutex_);
        stream = &*std::next(sockets_->streams.begin(), index);
    }
    stream->set_option(
        beast::websocket::stream_base::decorator([](beast::websocket::response_type& response) {
            response.set(beast::http::field::sec_websocket_protocol, "ocpp1.6");
        }));
    beast::error_code error;
    stream->accept(error);
    while (!error) {
        beast::flat_buffer buffer;
        stream->read(buffer, error);
        if (error) return;
        const auto frame = Json::parse(beast::buffers_to_string(buffer.data()));
        if (frame[0] != 2) continue;  // an answer
        const auto text = Json::array({3, frame[1], answer(frame)}).dump();
        stream->write(boost::asio::buffer(text), error);
        if (error || !should_start(frame)) continue;
        const auto start =
            Json::array(
                {2, "start", "RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "04A1B2C3"}}})
                .dump();
        stream->write(boost::asio::buffer(start), error);
    }
}

// Once: when connector 1 has got a vehicle.
bool CentralSystem::should_start(const Json& call) {
    if (call[2] != "StatusNotification" || call[3]["connectorId"] != 1 ||
        call[3]["status"] != "Preparing")
        return false;
    return !std::exchange(started_, true);
}

Json CentralSystem::answer(const Json& call) {
    const Json accepted = {{"status", "Accepted"}};
    const auto action = call[2].get<std::string>();
    const std::lock_guard lock(mutex_);
    calls_.push_back({action, call[3]});
    news_.notify_all();
    if (action == "BootNotification")
        return {
            {"status", "Accepted"}, {"currentTime", "2026-01-01T00:00:00.000Z"}, {"interval", 300}};
    if (action == "Heartbeat") return {{"currentTime", "2026-01-01T00:00:00.000Z"}};
    if (action == "Authorize") return {{"idTagInfo", accepted}};
    if (action == "StartTransaction")
        return {{"transactionId", ++transactions_}, {"idTagInfo", accepted}};
    if (action == "DataTransfer") return accepted;
    return Json::object();
}

std::optional<Json> CentralSystem::called(const std::string& action, Duration patience) {
    std::unique_lock lock(mutex_);
    const auto newest = [&]() -> std::optional<Json> {
        for (auto call = calls_.rbegin(); call != calls_.rend(); ++call)
            if (call->action == action) return call->payload;
        return std::nullopt;
    };
    news_.wait_for(lock, patience, [&] { return newest().has_value(); });
    return newest();
}

void CentralSystem::forget() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
}

}  // namespace rig
