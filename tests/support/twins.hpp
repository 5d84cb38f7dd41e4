// SPDX-License-Identifier: Apache-2.0
#pragma once
// Two worlds in which the same happens, except that one of them is restarted once: what people, the
// central system and the hardware see of both must be the same afterwards.

#include "tests/support/world.hpp"

#include <random>

namespace test {

// Something that happens in both worlds.
struct Deed {
    std::string text;
    std::function<void(World&)> act;
};

// A random walk of what happens at a charge point with some outlets.
class Walk {
public:
    Walk(unsigned seed, int outlets) : random_(seed), outlets_(outlets) {}
    Deed next();
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

private:
    Deed at_the_outlet(int connector);
    Deed of_a_driver();
    Deed of_the_central_system(int connector);
    Deed of_the_installer(int connector);
    std::string tag();

    std::mt19937 random_;
    int outlets_;
};

// How one of the twins ends and begins anew.
enum class Anew { Killed, Asked, BothKilled, BothAsked, Cut };
constexpr auto names(Anew) {
    return std::array{"killed", "asked to stop", "both killed", "both asked to stop", "cut"};
}
constexpr bool of_both(Anew how) { return how >= Anew::BothKilled; }
void begin_anew(World& world, Anew how);

// After a restart the link, the boot and the graces of the begin take their time.
constexpr seconds settled{15};

// Differences that are right, each with its reason.
//  * Killed: tags that the cache has learnt within a minute, which are asked about again, and
//    MeterValues of that minute that wait for a connection. Where there is a cache or no
//    connection, the store is flushed first.
//  * Cut: changes that may wait a minute for the disk, such as keys; flushed as well.
//  * Both anew: transactions end, an authorization is withdrawn, and the time without one begins
//    again, because it may be another vehicle. Those connectors are looked at by themselves, and
//    left by their vehicles before the twins are compared again.
//  * All: whose turn it is when the supply is not enough for all, and who has been idle for a
//    minute. In walks it is enough.
//  * The boot: the registration is unknown until it is accepted, and all statuses are told.
//  * All: ManagementInterface counts its seconds from the start.
//  * All: RemoteDebug is off after a restart (config/README.md), so that its log is left out.
//  * A question that waits for its answer is lost with the connection; in walks answers come at
//    once.
void before_the_restart(World& world, Anew how, bool with_cache);

// The connectors at which something ends when both processes of a world are new.
using Ends = std::vector<int>;
Ends ends_with_both(World& world);
// Both processes of the world are new: nothing goes on for anybody on these connectors.
void check_safe(World& anew, const Ends& ends);
// Ends in either world what has ended in one of them.
void clear(World& world, const Ends& ends);

// All that can be seen of a world, without the meters.
std::string look(World& world);
// The first lines of two looks that are not the same; nothing when they all are.
std::string difference(const std::string& a, const std::string& b);
// Lines that only one of the twins said. The boot itself tells all statuses, whatever was told.
Lines told(Lines same, Lines anew);

}  // namespace test
