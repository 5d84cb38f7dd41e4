// SPDX-License-Identifier: Apache-2.0
// Each kind of member is read, written and judged by the one table.

#include "hal-service/shared/json_fields.hpp"

#include "tests/support/catch.hpp"

#include <optional>
#include <string>

namespace fields_test {

namespace {

using namespace shared;

enum class Colour { Red, Green };
constexpr auto names(Colour) { return std::array{"red", "green"}; }

struct Half {
    int doubled = 0;
    static std::optional<Half> from_number(double number) {
        const double twice = number * 2;
        if (twice != std::floor(twice) || std::fabs(twice) > 1000) return std::nullopt;
        return Half{static_cast<int>(twice)};
    }
    double to_number() const { return doubled / 2.0; }
    bool operator==(const Half&) const = default;
};

struct Code {
    std::string text;
    static std::optional<Code> from_text(std::string_view text) {
        if (text.size() != 2) return std::nullopt;
        return Code{std::string(text)};
    }
    std::string to_text() const { return text; }
    bool operator==(const Code&) const = default;
};

struct Inner {
    int number = 0;
    bool operator==(const Inner&) const = default;
    static constexpr auto fields(auto of) { return of(shared::Field{"number", &Inner::number}); }
};

struct Everything {
    bool flag = false;
    std::uint8_t small = 0;
    Text<3> text;
    std::string open;
    Colour colour{};
    units::Milliamps current;
    std::chrono::seconds wait{0};
    Half half;
    Code code;
    List<Inner, 1, 2> list;
    std::array<int, 2> pair{};
    std::optional<Inner> maybe;
    bool operator==(const Everything&) const = default;
    static constexpr auto fields(auto of) {
        return of(
            shared::Field{"flag", &Everything::flag}, shared::Field{"small", &Everything::small},
            shared::Field{"text", &Everything::text}, shared::Field{"open", &Everything::open},
            shared::Field{"colour", &Everything::colour},
            shared::Field{"current", &Everything::current},
            shared::Field{"wait", &Everything::wait}, shared::Field{"half", &Everything::half},
            shared::Field{"code", &Everything::code}, shared::Field{"list", &Everything::list},
            shared::Field{"pair", &Everything::pair}, shared::Field{"maybe", &Everything::maybe});
    }
};

Json sound() {
    return {{"flag", true},      {"small", 200},
            {"text", "abc"},     {"open", "x"},
            {"colour", "green"}, {"current", -5},
            {"wait", 9},         {"half", 1.5},
            {"code", "ab"},      {"list", {{{"number", 1}}}},
            {"pair", {1, 2}}};
}

struct Wrong {
    const char* path;
    Json value;
    Violation violation;
};

}  // namespace

TEST_CASE("every kind of member survives the way there and back") {
    auto json = sound();
    const auto read = parse<Everything>(json);
    REQUIRE(read);
    CHECK(read->flag);
    CHECK(read->small == 200);
    CHECK(read->colour == Colour::Green);
    CHECK(read->half.doubled == 3);
    CHECK_FALSE(read->maybe);
    CHECK(to_json(*read) == json);
    json["maybe"] = {{"number", 7}};
    const auto more = parse<Everything>(json);
    REQUIRE(more);
    CHECK(more->maybe == Inner{7});
    CHECK(to_json(*more) == json);
}

TEST_CASE("each wrong value is named with its path and kind") {
    const Wrong wrongs[] = {
        {"flag", 1, Violation::Type},
        {"small", 256, Violation::Property},
        {"small", -1, Violation::Property},
        {"small", 1.5, Violation::Type},
        {"small", "1", Violation::Type},
        {"small", 18446744073709551615ULL, Violation::Property},
        {"text", "abcd", Violation::Property},
        {"text", 5, Violation::Type},
        {"open", nullptr, Violation::Type},
        {"colour", "blue", Violation::Property},
        {"colour", 0, Violation::Type},
        {"current", "5", Violation::Type},
        {"wait", -1, Violation::Property},
        {"half", 0.3, Violation::Property},
        {"half", "x", Violation::Type},
        {"code", "abc", Violation::Property},
        {"list", Json::array(), Violation::Occurrence},
        {"list", {{{"number", 1}}, {{"number", 1}}, {{"number", 1}}}, Violation::Occurrence},
        {"list", Json::object(), Violation::Type},
        {"list[0].number", Json::array({Json{{"number", "x"}}}), Violation::Type},
        {"list[0].extra", Json::array({Json{{"number", 1}, {"extra", 1}}}), Violation::Formation},
        {"pair", Json::array({1}), Violation::Occurrence},
        {"pair[1]", Json::array({1, true}), Violation::Type},
        {"maybe", 4, Violation::Type},
        {"maybe.number", Json::object(), Violation::Occurrence},
    };
    for (const auto& wrong : wrongs) {
        INFO(wrong.path << " " << wrong.value);
        auto json = sound();
        const std::string path = wrong.path;
        json[path.substr(0, path.find_first_of("[."))] = wrong.value;
        const auto read = parse<Everything>(json);
        REQUIRE_FALSE(read);
        CHECK(read.error().path == wrong.path);
        CHECK(read.error().violation == wrong.violation);
        CHECK_FALSE(read.error().reason.empty());
    }
}

TEST_CASE("a missing member is an occurrence violation, unless it is optional") {
    const auto whole = sound();
    for (const auto& [name, value] : whole.items()) {
        auto json = whole;
        json.erase(name);
        const auto read = parse<Everything>(json);
        REQUIRE_FALSE(read);
        CHECK(read.error().path == name);
        CHECK(read.error().violation == Violation::Occurrence);
    }
}

TEST_CASE("a member that is null is absent where it is optional, and wrong where it is not") {
    const auto whole = sound();
    auto json = whole;
    json["maybe"] = nullptr;
    const auto read = parse<Everything>(json);
    REQUIRE(read);
    CHECK_FALSE(read->maybe);
    CHECK(to_json(*read) == whole);
    for (const auto& [name, value] : whole.items()) {
        auto without = whole;
        without[name] = nullptr;
        const auto wrong = parse<Everything>(without);
        REQUIRE_FALSE(wrong);
        CHECK(wrong.error().path == name);
        CHECK(wrong.error().violation == Violation::Type);
    }
}

TEST_CASE("a member that is not known is refused or ignored as wished") {
    auto json = sound();
    json["surprise"] = 1;
    const auto refused = parse<Everything>(json);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().path == "surprise");
    CHECK(refused.error().violation == Violation::Formation);
    CHECK(parse<Everything>(json, Unknown::Ignore));
}

TEST_CASE("who would rather have half of a message overlooks what is optional and unreadable") {
    const auto whole = sound();
    std::vector<shared::FieldError> overlooked;
    const shared::Manner lenient{Unknown::Ignore, &overlooked};
    auto json = whole;
    json["maybe"] = {{"number", "one"}};
    CHECK_FALSE(parse<Everything>(json));
    const auto half = parse<Everything>(json, lenient);
    REQUIRE(half);
    CHECK_FALSE(half->maybe);
    REQUIRE(overlooked.size() == 1);
    CHECK(overlooked[0].path == "maybe.number");

    overlooked.clear();
    json["maybe"] = nullptr;
    CHECK(parse<Everything>(json, lenient));
    CHECK(overlooked.empty());

    for (const auto& [name, value] : whole.items()) {
        auto without = whole;
        without[name] = nullptr;
        CHECK_FALSE(parse<Everything>(without, lenient));
    }
}

TEST_CASE("a text's length counts characters, not bytes") {
    auto json = sound();
    json["text"] = "\xC3\xA4\xC3\xB6\xC3\xBC";  // three umlauts in six bytes
    CHECK(parse<Everything>(json));
}

TEST_CASE("a whole number may be written with a decimal point") {
    auto json = sound();
    json["small"] = 7.0;
    REQUIRE(parse<Everything>(json));
    CHECK(parse<Everything>(json)->small == 7);
}

TEST_CASE("what is no object is no message") {
    for (const auto& json : {Json(), Json(1), Json("x"), Json::array()}) {
        const auto read = parse<Inner>(json);
        REQUIRE_FALSE(read);
        CHECK(read.error().violation == Violation::Type);
    }
}

TEST_CASE("enumerations are found by their names") {
    CHECK(name_of(Colour::Green) == "green");
    CHECK(enum_from<Colour>("red") == Colour::Red);
    CHECK_FALSE(enum_from<Colour>("Red"));
}

}  // namespace fields_test
