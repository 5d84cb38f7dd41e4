// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/phase_rotation.hpp"

#include "tests/support/catch.hpp"

namespace phase_rotation_test {

using ocpp::config::is_phase_rotation;
using ocpp::config::phase_order;
using ocpp::config::PhaseOrder;

TEST_CASE("a phase rotation names connectors that there are, each once") {
    CHECK(is_phase_rotation("", 2));
    CHECK(is_phase_rotation("0.RST,1.STR,2.NotApplicable", 2));
    for (const auto* wrong : {"1", "RST", "1.rst", "1.RSR", "3.RST", "-1.RST", "-0.RST", "+1.RST",
                              ".RST", "1.RST,1.RTS"})
        CHECK_FALSE(is_phase_rotation(wrong, 2));
}

TEST_CASE("a connector's phases are those of the grid after its own and the grid's rotation") {
    CHECK(phase_order("", 1) == PhaseOrder{0, 1, 2});
    CHECK(phase_order("0.Unknown,1.Unknown", 1) == PhaseOrder{0, 1, 2});
    CHECK(phase_order("1.RTS,2.SRT", 1) == PhaseOrder{0, 2, 1});
    CHECK(phase_order("1.RTS,2.SRT", 2) == PhaseOrder{1, 0, 2});
    CHECK(phase_order("1.STR", 1) == PhaseOrder{1, 2, 0});
    CHECK(phase_order("1.TRS", 1) == PhaseOrder{2, 0, 1});
    CHECK(phase_order("1.TSR", 1) == PhaseOrder{2, 1, 0});
    CHECK(phase_order("0.STR,1.STR", 1) == PhaseOrder{2, 0, 1});
    CHECK(phase_order("0.STR", 1) == PhaseOrder{1, 2, 0});
}

}  // namespace phase_rotation_test
