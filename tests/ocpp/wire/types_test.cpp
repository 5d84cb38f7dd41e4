// SPDX-License-Identifier: Apache-2.0
// IdToken, and that names on the wire and in the program are the same throughout.

#include "ocpp/wire/types.hpp"

#include "ocpp/wire/catalogue.hpp"
#include "ocpp/wire/frame.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace types_test {

namespace {

using namespace ocpp::wire;

// As the compiler spells it: "...ocpp::wire::ResetType::Hard..." for a value that has a name,
// "...(ocpp::wire::ResetType)2..." for one that has none; a member alike.
template <auto Value>
std::string identifier() {
    const std::string text = __PRETTY_FUNCTION__;
    const auto value = text.substr(text.find("Value = ") + 8);
    const auto end = value.find_first_of(";]");
    const auto name = value.substr(0, end);
    return name.front() == '(' ? "" : name.substr(name.rfind(':') + 1);
}

std::string without_punctuation(std::string text) {
    text.erase(
        std::remove_if(text.begin(), text.end(), [](char c) { return c == '.' || c == '-'; }),
        text.end());
    return text;
}

std::string snake_case(std::string_view camel) {
    std::string snake;
    for (const char c : camel) {
        if (c >= 'A' && c <= 'Z') snake += '_';
        snake += shared::ascii_lower(c);
    }
    return snake;
}

int enumerations = 0;
int members = 0;

template <class E, std::size_t... Index>
void check_spelling(std::index_sequence<Index...>) {
    const auto check = [](const std::string& value, const std::string& name) {
        CHECK(value == without_punctuation(name));
    };
    (check(identifier<static_cast<E>(Index)>(), names(E{})[Index]), ...);
    INFO("a value of " << names(E{})[0] << "... has no name");
    CHECK(identifier<static_cast<E>(sizeof...(Index))>().empty());
    ++enumerations;
}

template <class T>
void check_enumerations() {
    if constexpr (shared::detail::is_optional<T> || shared::detail::is_list<T>) {
        check_enumerations<typename T::value_type>();
    } else if constexpr (std::is_enum_v<T>) {
        check_spelling<T>(std::make_index_sequence<names(T{}).size()>());
    } else if constexpr (shared::Message<T>) {
        std::apply(
            [](const auto&... field) {
                (check_enumerations<
                     std::remove_cvref_t<decltype(std::declval<T>().*field.member)>>(),
                 ...);
            },
            shared::fields_of<T>());
    }
}

template <class T, std::size_t Index>
void check_member() {
    constexpr auto field = std::get<Index>(shared::fields_of<T>());
    CHECK(identifier<field.member>() == snake_case(field.name));
    ++members;
}

template <class T, std::size_t... Index>
void check_members(std::index_sequence<Index...>) {
    (check_member<T, Index>(), ...);
}

template <class T>
void check_members() {
    if constexpr (shared::detail::is_optional<T> || shared::detail::is_list<T>) {
        check_members<typename T::value_type>();
    } else if constexpr (shared::Message<T>) {
        using Fields = decltype(shared::fields_of<T>());
        check_members<T>(std::make_index_sequence<std::tuple_size_v<Fields>>());
        std::apply(
            [](const auto&... field) {
                (check_members<std::remove_cvref_t<decltype(std::declval<T>().*field.member)>>(),
                 ...);
            },
            shared::fields_of<T>());
    }
}

struct CheckNames {
    template <class Request, class Response>
    void operator()(const Action<Request, Response>&) {
        check_enumerations<Request>();
        check_enumerations<Response>();
        check_members<Request>();
        check_members<Response>();
    }
};

IdToken token(const std::string& text) { return IdToken{{text}}; }

}  // namespace

TEST_CASE("every member and enumeration value is called as on the wire") {
    for_each_action(CheckNames{});
    CHECK(enumerations > 60);
    CHECK(members > 200);
    check_enumerations<ErrorCode>();
    CHECK(shared::name_of(ReadingContext::SampleClock) == "Sample.Clock");
    CHECK(shared::name_of(Phase::L1N) == "L1-N");
    CHECK(shared::name_of(Measurand::EnergyActiveImportRegister) ==
          "Energy.Active.Import.Register");
}

TEST_CASE("an enumeration value is only read as it is spelt") {
    CHECK(shared::enum_from<ResetType>("Hard") == ResetType::Hard);
    for (const auto* text : {"", "hard", "HARD", "Har", "Hard ", "Hardd"})
        CHECK_FALSE(shared::enum_from<ResetType>(text));
    CHECK(shared::enum_from<UnitOfMeasure>("Celcius") == UnitOfMeasure::Celcius);
}

TEST_CASE("two id tokens are the same whatever their case") {
    CHECK(token("04a2FF") == token("04A2ff"));
    CHECK(token("04a2FF") != token("04A2fe"));
    CHECK(token("04A2") != token("04A2F"));
    CHECK(token("a") < token("B"));
    CHECK(token("A") < token("b"));
    CHECK_FALSE(token("B") < token("b"));
    CHECK(token("[") != token("{"));  // 32 apart as 'A' and 'a' are, but no letters
    CHECK(std::set<IdToken>{token("abc"), token("ABC"), token("abd")}.size() == 2);
}

TEST_CASE("an id token keeps its spelling and has at most 20 characters") {
    CHECK(IdToken::from_text("04a2FF")->to_text() == "04a2FF");
    CHECK(IdToken::from_text(std::string(20, 'x')));
    CHECK_FALSE(IdToken::from_text(std::string(21, 'x')));
    std::string twenty;
    for (int i = 0; i < 20; ++i) twenty += "\xC3\xA9";  // characters, not bytes
    CHECK(IdToken::from_text(twenty));
    CHECK_FALSE(IdToken::from_text(twenty + 'x'));
    CHECK(IdToken::from_text("")->empty());
    CHECK(IdToken{}.empty());
    CHECK(token("abc").text() == shared::Text<20>{"abc"});
}

}  // namespace types_test
