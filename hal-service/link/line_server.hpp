// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lines over a Unix stream socket, for several clients at once. Nothing here blocks: a client that
// doesn't read is dropped; one that sends endless lines, or one too many, is told so and dropped.

#include "hal-service/shared/lines.hpp"
#include "hal-service/shared/result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hal {

using ClientId = std::uint64_t;

// A client whose connection has ended may still be writing; it would see an error instead of the
// last word. This much of it is thrown away.
inline constexpr std::size_t max_discarded_bytes = 16 * 1024 * 1024;

struct LineLimits {
    std::size_t line_bytes;     // longest line that is received
    std::size_t pending_bytes;  // not yet taken by a client
    std::size_t clients;        // further ones are turned away
};

class LineServer {
public:
    // Called by serve(). All may call send(), finish() and drop().
    class Handler {
    public:
        virtual ~Handler() = default;
        virtual void opened(ClientId client) = 0;
        virtual void line(ClientId client, std::string_view text) = 0;
        virtual void too_long(ClientId client) = 0;  // the connection ends after this
        virtual void ended(ClientId client) = 0;     // sends nothing more; may still read
        virtual void closed(ClientId client) = 0;
        virtual std::string turned_away() = 0;  // the only line to a client beyond the limit

    protected:
        Handler() = default;
        Handler(const Handler&) = default;
        Handler& operator=(const Handler&) = default;
    };

    // Makes the folder when it is missing, replaces a socket that nobody listens on. Mode 0660.
    static shared::Result<LineServer, std::string> listen(const std::string& path,
                                                          LineLimits limits);
    ~LineServer();
    LineServer(LineServer&& other) noexcept;
    LineServer& operator=(LineServer&&) = delete;

    // Readable when serve() has something to do.
    int descriptor() const { return epoll_; }
    void serve(Handler& handler);

    // False: the client is gone, or was dropped because it doesn't read.
    bool send(ClientId client, std::string_view text);
    void finish(ClientId client);  // closes once everything sent has been taken
    void drop(ClientId client);
    // While it holds nothing is read: who has too much to do lets the clients wait.
    void hold(bool held);

private:
    struct Client {
        int socket = -1;
        shared::Lines lines;
        std::string pending;
        bool ended = false;      // its input
        bool finishing = false;  // closes once pending is empty
        bool dead = false;
        bool said_all = false;  // dead because it was finished, and everything was taken
    };
    struct Discarded {
        int socket = -1;
        std::size_t bytes = 0;
    };

    LineServer(int socket, int epoll, std::string path, LineLimits limits);
    void accept_all(Handler& handler);
    void receive(ClientId id, Client& client, Handler& handler);
    void flush(Client& client);
    void watch(ClientId id, const Client& client, int operation) const;
    void reap(Handler& handler);
    // Ends our side of the connection and lets the other end its own.
    void discard(ClientId id, int socket, int operation);
    void discard_more(ClientId id);

    int socket_ = -1;
    int epoll_ = -1;
    std::string path_;
    LineLimits limits_;
    ClientId next_ = 1;
    std::map<ClientId, Client> clients_;
    std::map<ClientId, Discarded> discarded_;
    bool held_ = false;
};

}  // namespace hal
