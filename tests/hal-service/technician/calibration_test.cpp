// SPDX-License-Identifier: Apache-2.0
// Words from a comparison: right to the word, and only where a comparison says something.

#include "hal-service/technician/calibration.hpp"

#include "tests/support/catch.hpp"

namespace calibration_test {

namespace {

using namespace hal;

Measured shows(std::int64_t millivolts, std::int64_t milliamps) {
    Measured measured;
    measured.voltage.fill({millivolts});
    measured.current.fill({milliamps});
    return measured;
}

Reference voltage_of(std::size_t phase, std::int64_t millivolts) {
    Reference reference;
    reference.voltage[phase] = units::Millivolts{millivolts};
    return reference;
}

std::string refused(const Measured& measured, const Reference& reference,
                    const std::vector<int>& channels = {0, 1, 2}) {
    const auto words = recalibrated({}, channels, measured, reference);
    return words ? "" : words.error();
}

}  // namespace

TEST_CASE("a gain follows the ratio of reference and reading") {
    Reference reference = voltage_of(1, 231'150);
    reference.current[2] = units::Milliamps{15'840};
    const auto words = recalibrated({}, {0, 1, 2}, shows(230'000, 16'000), reference);
    REQUIRE(words);
    CHECK((*words)["voltage_gain"] == process::MeterWords{0x8000, 32'932, 0x8000});
    CHECK((*words)["current_gain"] == process::MeterWords{0x8000, 0x8000, 32'440});
    CHECK(words->checksum == process::checksum_of(*words));
    CHECK(check(*words) == process::Checksum::Right);
}

TEST_CASE("words belong to channels, phases to outlets") {
    const auto words = recalibrated({}, {2}, shows(230'000, 0), voltage_of(0, 229'000));
    REQUIRE(words);
    CHECK((*words)["voltage_gain"][0] == 0x8000);
    CHECK((*words)["voltage_gain"][2] < 0x8000);
    CHECK(refused(shows(230'000, 0), voltage_of(1, 230'000), {2}) == "L2 is not measured here");
}

TEST_CASE("a comparison that says nothing is refused, at its limits") {
    CHECK(refused(shows(99'999, 0), voltage_of(0, 100'000)) ==
          "the voltage of L1 shows too little to be compared");
    CHECK(refused(shows(100'000, 0), voltage_of(0, 100'000)).empty());
    CHECK(refused(shows(240'000, 0), voltage_of(0, 200'000)).empty());
    CHECK(refused(shows(240'001, 0), voltage_of(0, 200'000)) ==
          "the voltage of L1 is too far off for a matter of calibration");
    Reference current;
    current.current[0] = units::Milliamps{1'000};
    CHECK(refused(shows(0, 999), current) == "the current of L1 shows too little to be compared");
    CHECK(refused(shows(0, 1'000), current).empty());
}

TEST_CASE("a gain stays a word") {
    process::MeterCalibration words;
    words["voltage_gain"][0] = 0xFFFF;
    const auto more = recalibrated(words, {0}, shows(200'000, 0), voltage_of(0, 200'010));
    REQUIRE_FALSE(more);
    CHECK(more.error() == "the voltage of L1 would need a gain that is no word");
    CHECK(recalibrated(words, {0}, shows(200'000, 0), voltage_of(0, 199'990)));
}

TEST_CASE("a chip without gains cannot be corrected") {
    process::MeterCalibration words;
    std::erase_if(words.words,
                  [](const auto& word) { return word.kind->gain == process::Gain::Current; });
    Reference reference;
    reference.current[0] = units::Milliamps{16'000};
    const auto better = recalibrated(words, {0}, shows(230'000, 16'000), reference);
    REQUIRE_FALSE(better);
    CHECK(better.error() ==
          "the current of L1 cannot be corrected: this meter chip has no word for it");
}

TEST_CASE("a checksum is right, wrong or not there") {
    process::MeterCalibration words;
    CHECK(check(words) == process::Checksum::None);
    words.checksum = process::checksum_of(words);
    CHECK(check(words) == process::Checksum::Right);
    words["current_offset"][1] = 0xFFFF;  // -1, a legal word
    CHECK(check(words) == process::Checksum::Wrong);
}

}  // namespace calibration_test
