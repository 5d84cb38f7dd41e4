// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/trust_files.hpp"

#include "daemon/link/trust.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/certificates.hpp"

#include <filesystem>
#include <fstream>

namespace trust_files_test {

using namespace charge_daemon;
using namespace std::chrono_literals;

TEST_CASE(
    "every certificate of a bundle that can be read counts, and a file without one is refused by "
    "name") {
    const auto path = std::filesystem::temp_directory_path() / "trust_files_test.pem";
    const auto root = certificates::make(certificates::ca("Root")).certificate;
    const std::string broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    std::ofstream(path) << root.pem() << broken << root.pem();
    const auto two = bundle_in(path);
    REQUIRE(two);
    CHECK(two->size() == 2);
    CHECK(two->front() == root);
    std::ofstream(path) << "nothing";
    const auto none = bundle_in(path);
    REQUIRE_FALSE(none);
    CHECK(none.error().starts_with(path.string() + ": "));
    std::filesystem::remove(path);
    CHECK_FALSE(bundle_in(path));
}

TEST_CASE("certificates are judged at the time that is known, and never before the floor") {
    const auto floor = certificates::day(2026, 1, 1);
    const std::chrono::system_clock::time_point machine = certificates::day(1970, 1, 2);
    const auto unknown = judged_at({floor, std::nullopt}, machine);
    CHECK(unknown.at == floor);
    CHECK_FALSE(unknown.not_before_counts);
    const auto told = certificates::day(2027, 6, 1);
    const auto known = judged_at({floor, told - certificates::day(1970, 1, 2)}, machine);
    CHECK(known.at == told);
    CHECK(known.not_before_counts);
    CHECK(judged_at({floor, 0ms}, machine).at == floor);
}

TEST_CASE("the program was built after it was written") {
    CHECK(build_time() > certificates::day(2025, 1, 1));
}

}  // namespace trust_files_test
