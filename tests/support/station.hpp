// SPDX-License-Identifier: Apache-2.0
#pragma once
// Drivers at a station: each has a vehicle and a tag, comes, asks to charge, and leaves when that
// fails or is done. Between what they do everything else may happen. Every transaction is compared
// with who asked for it.

#include "tests/support/world.hpp"

#include <random>

namespace test {

class Station {
public:
    struct Counts {
        int asked = 0;
        int served = 0;
        int free = 0;
        int restarts = 0;
        Counts& operator+=(const Counts& other);
    };

    explicit Station(unsigned seed);

    // One deed of a driver or of the world around.
    void live();
    // Everybody leaves, and the books are checked.
    void close() { w_.settle().check_books(); }

    const Lines& wrongs() const { return wrongs_; }
    const std::string& story() const { return story_; }
    const Counts& counts() const { return counts_; }

private:
    struct Place {
        std::string owner;         // has plugged in; "" = nobody
        bool asked = false;        // the owner has asked, and nothing has begun since
        bool free = false;         // FreeCharging
        bool had_session = false;  // in this visit
        std::int64_t last = 0;     // the transaction that began here last
        bool running = false;      // it goes on
        std::string reserved_for;
    };

    static World::Options options_of(std::mt19937& random);
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    bool chance(int one_in) { return pick(one_in) == 0; }
    Place& place(int connector) { return places_[static_cast<std::size_t>(connector) - 1]; }
    int outlets() const { return static_cast<int>(places_.size()); }
    void tell(const std::string& what) { story_ += what + "; "; }
    // Where the driver's vehicle is, 0 when it is not here.
    int place_of(const std::string& driver);
    // Where the driver would plug in, 0 when there is nowhere.
    int choose(const std::string& driver);

    void arrive(const std::string& driver);
    void ask(const std::string& driver, int connector, bool plugged);
    void go_on(const std::string& driver, int connector);
    void stop(const std::string& driver, int connector);
    void leave(const std::string& driver, int connector);
    void between();
    void trouble();
    void restart();
    void reserve();
    void write(const std::string& key, const std::string& value);
    // Compares what began with who asked.
    void look();

    std::mt19937 random_;
    World::Options options_;
    World w_;
    std::vector<Place> places_;
    Lines wrongs_;
    std::string story_;
    Counts counts_;
};

}  // namespace test
