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

// All that can be seen of a world, without the meters.
std::string look(World& world);

}  // namespace test
