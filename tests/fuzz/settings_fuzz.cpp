// SPDX-License-Identifier: Apache-2.0
// Any bytes as a configuration file: nothing crashes, each complaint names the file, and what is
// accepted is the same after being printed and read again.

#include "daemon/settings/sections.hpp"
#include "hal-service/process/load.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto& sections = charge_daemon::sections();
    auto settings = process::default_settings(sections);
    const auto complaints = process::apply_text(sections, settings, text, "fuzz.toml");
    for (const auto& complaint : complaints) require(complaint.starts_with("fuzz.toml:"));
    if (!complaints.empty()) return 0;
    for (const auto& complaint : sections.check_together(settings))
        require(!process::describe(settings, complaint).empty());

    const auto printed = process::print(sections, settings);
    auto again = process::default_settings(sections);
    // A secret is printed as "***", which is no key.
    const bool secrets = printed.find("***") != std::string::npos;
    require(process::apply_text(sections, again, printed, "again.toml").empty() || secrets);
    if (secrets) return 0;
    require(process::print(sections, again).size() > 0);
    for (const auto& key : sections.keys) require(key.show(again) == key.show(settings));
    require(again.connectors == settings.connectors);
    return 0;
}
