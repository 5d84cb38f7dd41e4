// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/sharing.hpp"

#include "ocpp/current/schedule.hpp"

#include <algorithm>
#include <numeric>

namespace ocpp::current {

using units::Milliamps;

namespace {

// The part of the supply that is taken.
struct Taken {
    std::int64_t milliamps = 0;
    std::int64_t milliwatts = 0;

    void add(Milliamps current, int phases) {
        milliamps += current.count;
        milliwatts += current.count * nominal_volts * phases;
    }
    bool fits(const Supply& supply) const {
        return milliamps <= supply.current.count &&
               (!supply.power || milliwatts <= supply.power->count * 1000);
    }
};

// The most that still fits for one more, in whole tenths.
Milliamps room(const Supply& supply, const Taken& taken, int phases) {
    std::int64_t left = supply.current.count - taken.milliamps;
    if (supply.power)
        left = std::min(left,
                        (supply.power->count * 1000 - taken.milliwatts) / (nominal_volts * phases));
    return {std::max<std::int64_t>(0, left / 100 * 100)};
}

// Indices of the claims, the one that is served first at the front.
std::vector<std::size_t> order_of(const std::vector<Claim>& claims) {
    std::vector<std::size_t> order(claims.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&claims](std::size_t a, std::size_t b) {
        if (claims[a].draws != claims[b].draws) return claims[a].draws;
        return claims[a].queue < claims[b].queue;
    });
    return order;
}

// Each gets the level, or what its own limits leave of it.
Milliamps portion(const Claim& claim, Milliamps least, std::int64_t level) {
    const auto most = claim.draws ? claim.most : least;
    return {std::clamp(level, least.count, std::max(least.count, most.count)) / 100 * 100};
}

Taken taken_at(const std::vector<Claim>& claims, const std::vector<Milliamps>& least,
               std::int64_t level) {
    Taken taken;
    for (std::size_t i = 0; i < claims.size(); ++i)
        if (least[i].count > 0) taken.add(portion(claims[i], least[i], level), claims[i].phases);
    return taken;
}

// The least that each claim gets, 0 where it does not fit.
std::vector<Milliamps> admitted(const Supply& supply, const std::vector<Claim>& claims) {
    std::vector<Milliamps> least(claims.size());
    Taken taken;
    const auto order = order_of(claims);
    const auto admit = [&](std::size_t i, Milliamps wanted) {
        auto with = taken;
        with.add(wanted - least[i], claims[i].phases);
        if (wanted > claims[i].most || !with.fits(supply)) return;
        taken = with;
        least[i] = wanted;
    };
    for (const auto i : order)
        admit(i, claims[i].whole ? std::max(least_offer, claims[i].most) : least_offer);
    for (const auto i : order)
        if (least[i].count > 0 && !claims[i].whole && claims[i].draws && claims[i].least > least[i])
            admit(i, claims[i].least);
    return least;
}

}  // namespace

std::vector<Milliamps> share(const Supply& supply, const std::vector<Claim>& claims) {
    const auto least = admitted(supply, claims);
    std::vector<Milliamps> shares(claims.size());
    Taken all;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        if (claims[i].most >= least_offer) shares[i] = {claims[i].most.count / 100 * 100};
        all.add(shares[i], claims[i].phases);
    }
    if (all.fits(supply)) return shares;
    // The highest level at which everything fits.
    std::int64_t low = 0, high = supply.current.count + 1;
    while (high - low > 1) {
        const auto middle = std::midpoint(low, high);
        (taken_at(claims, least, middle).fits(supply) ? low : high) = middle;
    }
    for (std::size_t i = 0; i < claims.size(); ++i)
        shares[i] = least[i].count > 0 ? portion(claims[i], least[i], low) : Milliamps{};
    return shares;
}

std::vector<Milliamps> offer(const Supply& supply, const std::vector<Claim>& claims,
                             const std::vector<Milliamps>& shares) {
    std::vector<Milliamps> offers(claims.size());
    for (std::size_t i = 0; i < claims.size(); ++i) {
        // With the phases changed, what was held says nothing about what may be drawn next.
        const bool same = claims[i].held_phases == claims[i].phases;
        if (same) offers[i] = std::min(shares[i], claims[i].held);
        if (offers[i] < least_offer || (claims[i].whole && offers[i] < shares[i])) offers[i] = {};
    }
    for (std::size_t i = 0; i < claims.size(); ++i) {
        if (offers[i] >= shares[i]) continue;
        Taken others;
        for (std::size_t j = 0; j < claims.size(); ++j) {
            if (j == i) continue;
            Taken held, offered;
            held.add(claims[j].held, claims[j].held_phases);
            offered.add(offers[j], claims[j].phases);
            others.milliamps += std::max(held.milliamps, offered.milliamps);
            others.milliwatts += std::max(held.milliwatts, offered.milliwatts);
        }
        const auto more = std::min(shares[i], room(supply, others, claims[i].phases));
        if (more >= (claims[i].whole ? shares[i] : least_offer))
            offers[i] = std::max(offers[i], more);
    }
    return offers;
}

bool takes_turns(const std::vector<Claim>& claims, const std::vector<Milliamps>& shares) {
    bool some = false, none = false;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        if (!claims[i].draws || claims[i].most < least_offer) continue;
        (shares[i].count > 0 ? some : none) = true;
    }
    return some && none;
}

}  // namespace ocpp::current
