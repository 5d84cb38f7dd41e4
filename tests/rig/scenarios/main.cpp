// SPDX-License-Identifier: Apache-2.0
// rig-scenarios: plays what its only argument names and says what came of it.

#include "tests/rig/scenarios/script.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <string_view>

namespace {

const std::map<std::string, std::vector<rig::Scenario> (*)()> groups = {
    {"kernel", rig::kernel_scenarios},   {"hardware", rig::hardware_scenarios},
    {"process", rig::process_scenarios}, {"daemon", rig::daemon_scenarios},
    {"measure", rig::measurements},      {"watchdog", rig::watchdog_scenarios},
    {"slow", rig::slow_scenarios},
};

bool play(const rig::Scenario& scenario) {
    const auto begin = rig::now();
    std::string why;
    try {
        scenario.play();
    } catch (const rig::Failed& failed) {
        why = failed.why;
    } catch (const std::exception& error) {
        why = error.what();
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(rig::now() - begin);
    std::printf("RIG %s: %s (%lld ms)\n", why.empty() ? "passed" : "FAILED", scenario.name,
                static_cast<long long>(took.count()));
    if (!why.empty()) std::printf("    not so: %s\n", why.c_str());
    std::fflush(stdout);
    return why.empty();
}

}  // namespace

int main(int argc, char* argv[]) {
    std::signal(SIGPIPE, SIG_IGN);
    int failed = 0;
    for (int i = 1; i < argc; ++i) {
        // "group", or "group:part_of_a_name" with spaces as underscores
        const std::string wanted = argv[i];
        const auto colon = wanted.find(':');
        auto part = colon == std::string::npos ? "" : wanted.substr(colon + 1);
        std::replace(part.begin(), part.end(), '_', ' ');
        const auto group = groups.find(wanted.substr(0, colon));
        if (group == groups.end()) {
            std::printf("RIG FAILED: no scenarios are called %s\n", argv[i]);
            return 64;
        }
        for (const auto& scenario : group->second())
            if (std::string_view(scenario.name).find(part) != std::string_view::npos)
                failed += play(scenario) ? 0 : 1;
    }
    std::printf("RIG end\n");
    return failed == 0 ? 0 : 1;
}
