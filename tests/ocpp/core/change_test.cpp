// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/change.hpp"

#include "tests/support/catch.hpp"

namespace change_test {

using namespace ocpp::core;

TEST_CASE("a text is put, replaced and removed under its kind alone") {
    Texts texts;
    for (const auto& row : kinds) {
        follow_change(Put{row.kind, "name", "old"}, texts);
        follow_change(Put{row.kind, "name", "new"}, texts);
        follow_change(Put{row.kind, "other", ""}, texts);
    }
    for (const auto& row : kinds)
        CHECK(texts[row.kind] == Texts::Named{{"name", "new"}, {"other", ""}});
    follow_change(Remove{Kind::Mark, "name"}, texts);
    follow_change(Remove{Kind::Mark, "never there"}, texts);
    follow_change(RemoveTag{"name"}, texts);
    CHECK(texts[Kind::Mark] == Texts::Named{{"other", ""}});
    CHECK(texts[Kind::Key].size() == 2);
    CHECK_FALSE(texts.empty());
    texts.clear();
    CHECK(texts.empty());
}

}  // namespace change_test
