// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/frame.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/core_profile.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace frame_test {

namespace {

using namespace ocpp::wire;
using namespace std::string_literals;
using shared::Json;
using shared::JsonValue;

const std::string id36 = "0190b6ae-7a5c-7e2f-8f9b-6a1d4c3b2a10";

template <class T>
T parsed_as(std::string_view text) {
    const auto frame = parse_frame(text);
    INFO(text.substr(0, 300));
    if (const auto* bad = std::get_if<BadFrame>(&frame)) INFO(bad->reason);
    REQUIRE(std::holds_alternative<T>(frame));
    return std::get<T>(frame);
}

void check_ignored(std::string_view text) {
    const auto bad = parsed_as<BadFrame>(text);
    INFO(text.substr(0, 300));
    CHECK_FALSE(bad.answer);
    CHECK_FALSE(bad.reason.empty());
}

void check_answered(std::string_view text, const std::string& id, ErrorCode code) {
    const auto bad = parsed_as<BadFrame>(text);
    INFO(text.substr(0, 300));
    REQUIRE(bad.answer);
    CHECK(bad.answer->id == id);
    CHECK(bad.answer->code == code);
    CHECK_FALSE(bad.reason.empty());
    CHECK(parsed_as<CallError>(encode(*bad.answer)) == *bad.answer);
}

// Objects in objects: the frame's array is the first level.
std::string nested(std::size_t depth) {
    std::string text = R"([2,"1","DataTransfer",)";
    for (std::size_t i = 1; i < depth; ++i) text += R"({"a":)";
    text += "1";
    return text + std::string(depth - 1, '}') + ']';
}

std::string of_size(std::size_t bytes) {
    const std::string start = R"([2,"1","DataTransfer",{"data":")";
    const std::string end = R"("}])";
    return start + std::string(bytes - start.size() - end.size(), 'x') + end;
}

}  // namespace

TEST_CASE("a call is read") {
    const auto call = parsed_as<Call>(R"([2,"19223201","Reset",{"type":"Hard"}])");
    CHECK(call.id == "19223201");
    CHECK(call.action == "Reset");
    CHECK(*call.payload == Json{{"type", "Hard"}});
}

TEST_CASE("blanks, escapes and characters outside ASCII make no difference") {
    const auto call = parsed_as<Call>(" \r\n[ 2 ,\t\"\\u0031\" , \"Re\\u0073et\" , { } ]\n");
    CHECK(call == Call{"1", "Reset", Json::object()});
    const auto text = parsed_as<Call>("[2,\"\xC3\xA9\",\"X\",{\"a\":\"\\ud83d\\udd0c\"}]");
    CHECK(text.id == "\xC3\xA9");
    CHECK((*text.payload).at("a") == "\xF0\x9F\x94\x8C");
}

TEST_CASE("null for a payload is an empty one") {
    CHECK(parsed_as<Call>(R"([2,"1","Heartbeat",null])").payload == JsonValue(Json::object()));
    CHECK(parsed_as<CallResult>(R"([3,"1",null])").payload == JsonValue(Json::object()));
    CHECK(parsed_as<CallError>(R"([4,"1","InternalError","",null])").details == Json::object());
}

TEST_CASE("a result is read, and its payload left to whoever asked") {
    CHECK(parsed_as<CallResult>(R"([3,"1",{"status":"Accepted"}])") ==
          CallResult{"1", Json{{"status", "Accepted"}}});
    CHECK(parsed_as<CallResult>(R"([3,"1",[]])").payload == JsonValue(Json::array()));
    CHECK(parsed_as<CallResult>(R"([3,"1",7])").payload == JsonValue(7));
}

TEST_CASE("every error code survives the wire") {
    for (const auto* name : names(ErrorCode{})) {
        const auto text = R"([4,"1",")"s + name + R"(","why",{"a":1}])";
        const auto error = parsed_as<CallError>(text);
        CHECK(shared::name_of(error.code) == name);
        CHECK(error.description == "why");
        CHECK(error.details == Json{{"a", 1}});
        CHECK(encode(error) == text);
    }
}

TEST_CASE("an error code is understood in its right spelling, too") {
    CHECK(error_code_from("FormatViolation") == ErrorCode::FormationViolation);
    CHECK(error_code_from("OccurrenceConstraintViolation") ==
          ErrorCode::OccurenceConstraintViolation);
    for (const auto* text : {"", "internalerror", "RpcFrameworkError", "MessageTypeNotSupported"})
        CHECK(error_code_from(text) == ErrorCode::GenericError);
    CHECK(encode(CallError{"1", ErrorCode::FormationViolation, "", Json::object()}) ==
          R"([4,"1","FormationViolation","",{}])");
    CHECK(encode(CallError{"1", ErrorCode::OccurenceConstraintViolation, "", Json::object()}) ==
          R"([4,"1","OccurenceConstraintViolation","",{}])");
}

TEST_CASE("an error is understood with parts missing or of the wrong type") {
    const CallError bare{"1", ErrorCode::NotSupported, "", Json::object()};
    CHECK(parsed_as<CallError>(R"([4,"1","NotSupported"])") == bare);
    CHECK(parsed_as<CallError>(R"([4,"1","NotSupported",""])") == bare);
    CHECK(parsed_as<CallError>(R"([4,"1","NotSupported",7,"x"])") == bare);
    CHECK(parsed_as<CallError>(R"([4,"1",7,"",{}])").code == ErrorCode::GenericError);
    CHECK(parsed_as<CallError>(R"([4,"1",null,"",{}])").code == ErrorCode::GenericError);
}

TEST_CASE("each violation has its error code") {
    CHECK(error_code(shared::Violation::Formation) == ErrorCode::FormationViolation);
    CHECK(error_code(shared::Violation::Occurrence) == ErrorCode::OccurenceConstraintViolation);
    CHECK(error_code(shared::Violation::Type) == ErrorCode::TypeConstraintViolation);
    CHECK(error_code(shared::Violation::Property) == ErrorCode::PropertyConstraintViolation);
}

TEST_CASE("a refusal says what is wrong and where") {
    const auto reset = shared::parse<ResetRequest>(Json{{"type", "Warm"}});
    REQUIRE_FALSE(reset);
    CHECK(encode(refusal("1", reset.error())) ==
          R"([4,"1","PropertyConstraintViolation","type is none of its values: Hard, Soft",{}])");
    const auto array = shared::parse<ResetRequest>(Json::array());
    REQUIRE_FALSE(array);
    CHECK(encode(refusal("1", array.error())) ==
          R"([4,"1","TypeConstraintViolation","the payload is not an object",{}])");
}

TEST_CASE("what cannot be answered is ignored, with a reason") {
    for (const auto& text : {
             ""s,
             " "s,
             "x"s,
             "{}"s,
             "[]"s,
             "null"s,
             "2"s,
             "\"[2]\""s,
             "[2"s,
             "[2,]"s,
             "[2,\"1\",\"Reset\",{}"s,
             "[2,\"1\",\"Reset\",{}]]"s,
             "[2,\"1\",\"Reset\",{}],"s,
             "[2,'1','Reset',{}]"s,
             "[2,\"1\",\"Reset\",{type:1}]"s,
             "[2,\"1\",\"Reset\",{}] x"s,
             "[2,\"1\",\"Reset\",{\"a\":1,}]"s,
             "[2,\"1\",\"Reset\",{/**/}]"s,
             // No id that could be repeated.
             "[2]"s,
             "[2,1]"s,
             "[2,1,\"Reset\",{}]"s,
             "[2,null,\"Reset\",{}]"s,
             "[2,[\"1\"],\"Reset\",{}]"s,
             // OCPP-J 1.6 4.1.3: other message types are ignored.
             "[0,\"1\",\"Reset\",{}]"s,
             "[1,\"1\",\"Reset\",{}]"s,
             "[5,\"1\",\"Reset\",{}]"s,
             "[6,\"1\",\"Reset\",{}]"s,
             "[-2,\"1\",\"Reset\",{}]"s,
             "[\"2\",\"1\",\"Reset\",{}]"s,
             "[2.5,\"1\",\"Reset\",{}]"s,
             "[null,\"1\",\"Reset\",{}]"s,
             "[true,\"1\",\"Reset\",{}]"s,
             "[18446744073709551618,\"1\",\"Reset\",{}]"s,
             "[4294967298,\"1\",\"Reset\",{}]"s,
             // Answers that answer nothing.
             "[3]"s,
             "[3,\"1\"]"s,
             "[3,1,{}]"s,
             "[3,\"1\",{},{}]"s,
             "[4]"s,
             "[4,\"1\"]"s,
             "[4,1,\"InternalError\",\"\",{}]"s,
             "[4,\"1\",\"InternalError\",\"\",{},{}]"s,
         })
        check_ignored(text);
    check_ignored("[3,\"" + id36 + "x\",{}]");
    check_ignored("[4,\"" + id36 + "x\",\"InternalError\",\"\",{}]");
}

TEST_CASE("a call that breaks the frame is answered with an error") {
    check_answered(R"([2,"1"])", "1", ErrorCode::FormationViolation);
    check_answered(R"([2,"1","Reset"])", "1", ErrorCode::FormationViolation);
    check_answered(R"([2,"1","Reset",{},{}])", "1", ErrorCode::FormationViolation);
    check_answered(R"([2,"1",7,{}])", "1", ErrorCode::FormationViolation);
    check_answered(R"([2,"1",null,{}])", "1", ErrorCode::FormationViolation);
    check_answered(R"([2,"1","Reset",[]])", "1", ErrorCode::TypeConstraintViolation);
    check_answered(R"([2,"1","Reset","{}"])", "1", ErrorCode::TypeConstraintViolation);
    check_answered(R"([2,"1","Reset",1])", "1", ErrorCode::TypeConstraintViolation);
    check_answered(R"([2,"1","Reset",false])", "1", ErrorCode::TypeConstraintViolation);
    check_answered(R"([2,"","Reset",1])", "", ErrorCode::TypeConstraintViolation);
}

TEST_CASE("an id has at most 36 characters, and what is repeated of a longer one, too") {
    CHECK(parsed_as<Call>("[2,\"" + id36 + "\",\"Reset\",{}]").id == id36);
    check_answered("[2,\"" + id36 + "x\",\"Reset\",{}]", id36, ErrorCode::FormationViolation);
    check_answered("[2,\"" + std::string(100'000, 'x') + "\",\"Reset\",{}]", std::string(36, 'x'),
                   ErrorCode::FormationViolation);

    std::string accents;
    for (int i = 0; i < 36; ++i) accents += "\xC3\xA9";
    CHECK(parsed_as<Call>("[2,\"" + accents + "\",\"Reset\",{}]").id == accents);
    // 36 bytes would end inside of the 13th sign.
    std::string signs = "x";
    for (int i = 0; i < 40; ++i) signs += "\xE2\x82\xAC";
    check_answered("[2,\"" + signs + "\",\"Reset\",{}]", signs.substr(0, 34),
                   ErrorCode::FormationViolation);
}

TEST_CASE("a frame has a size and a depth") {
    CHECK(parsed_as<Call>(of_size(max_frame_bytes)).action == "DataTransfer");
    check_ignored(of_size(max_frame_bytes + 1));
    check_ignored(of_size(10'000'000));
    check_ignored(std::string(10'000'000, '['));
    CHECK(parsed_as<Call>(nested(max_json_depth)).action == "DataTransfer");
    check_ignored(nested(max_json_depth + 1));
    check_ignored(nested(10'000));
    check_ignored(std::string(100'000, '['));
    CHECK(parsed_as<Call>("[2,\"1\",\"X\",{\"a\":\"" + std::string(1000, '[') + "\"}]").id == "1");
}

TEST_CASE("text that is not UTF-8 is ignored") {
    for (const auto& bytes : {"\xFF"s, "\x80"s, "\xC0\x80"s, "\xC3"s, "\xE2\x82"s, "\xED\xA0\x80"s,
                              "\xF4\x90\x80\x80"s, "\xF8\x88\x80\x80\x80"s}) {
        check_ignored("[2,\"1\",\"Reset\",{\"type\":\"" + bytes + "\"}]");
        check_ignored("[2,\"" + bytes + "\",\"Reset\",{}]");
        check_ignored(bytes);
    }
    check_ignored(R"([2,"1","Reset",{"type":"\ud800"}])");
    check_ignored(R"([2,"1","Reset",{"type":"\udc00\ud800"}])");
}

TEST_CASE("control characters are ignored as bytes and kept as escapes") {
    check_ignored("[2,\"1\",\"Reset\",{}]\0"s);
    check_ignored("[2,\"1\",\"Reset\",{}]\0[2"s);
    check_ignored("\0"s);
    check_ignored("[2,\"1\",\"Reset\",{\"a\":\"\0\"}]"s);
    check_ignored("[2,\"1\",\"Reset\",{\"a\":\"\n\"}]"s);
    const auto call = parsed_as<Call>("[2,\"\\u0000\",\"Reset\",{\"a\":\"\\u0000\\n\"}]");
    CHECK(call.id == "\0"s);
    CHECK((*call.payload).at("a") == "\0\n"s);
    CHECK(encode(call) == "[2,\"\\u0000\",\"Reset\",{\"a\":\"\\u0000\\n\"}]");
}

TEST_CASE("a number too large for any type never passes for another") {
    for (const auto* number :
         {"NaN", "Infinity", "-Infinity", "1e999", "-1e999", "0x10", "01", ".5"})
        check_ignored("[2,\"1\",\"RemoteStopTransaction\",{\"transactionId\":"s + number + "}]");
    for (const auto* number :
         {"2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
          "-9223372036854775808", "18446744073709551615", "4294967297"}) {
        const auto call =
            parsed_as<Call>("[2,\"1\",\"UnlockConnector\",{\"connectorId\":"s + number + "}]");
        INFO(number);
        const auto request = shared::parse<UnlockConnectorRequest>(*call.payload);
        REQUIRE_FALSE(request);
        CHECK(request.error().violation == shared::Violation::Property);
    }
    // The number of a transaction is the central system's, in 64 bits.
    for (const auto* number : {"9223372036854775808", "18446744073709551615"}) {
        const auto call = parsed_as<Call>(
            "[2,\"1\",\"RemoteStopTransaction\",{\"transactionId\":"s + number + "}]");
        INFO(number);
        CHECK_FALSE(shared::parse<RemoteStopTransactionRequest>(*call.payload));
    }
    for (const auto* number : {"18446744073709551616", "-9223372036854775809", "1e300", "1.5"}) {
        const auto call = parsed_as<Call>(
            "[2,\"1\",\"RemoteStopTransaction\",{\"transactionId\":"s + number + "}]");
        INFO(number);
        CHECK_FALSE(shared::parse<RemoteStopTransactionRequest>(*call.payload));
    }
}

TEST_CASE("of a member given twice the last one counts") {
    const auto call = parsed_as<Call>(R"([2,"1","Reset",{"type":"Hard","type":"Soft"}])");
    CHECK(*call.payload == Json{{"type", "Soft"}});
}

TEST_CASE("frames are written as OCPP-J shows them") {
    CHECK(encode(Call{"19223201", "Heartbeat", Json::object()}) ==
          R"([2,"19223201","Heartbeat",{}])");
    CHECK(encode_call("1", "Reset", R"({"type":"Hard"})") == R"([2,"1","Reset",{"type":"Hard"}])");
    CHECK(encode(CallResult{"1", Json{{"status", "Accepted"}}}) ==
          R"([3,"1",{"status":"Accepted"}])");
    CHECK(encode_result("1", "{}") == R"([3,"1",{}])");
    CHECK(encode(CallError{"1", ErrorCode::NotSupported, "no \"such\"\n", Json{{"a", 1}}}) ==
          R"([4,"1","NotSupported","no \"such\"\n",{"a":1}])");
}

TEST_CASE("a payload that is no object is written as an empty one") {
    for (const Json& payload : {Json(nullptr), Json::array(), Json(7), Json("x")}) {
        CHECK(encode(Call{"1", "Reset", payload}) == R"([2,"1","Reset",{}])");
        CHECK(encode(CallResult{"1", payload}) == R"([3,"1",{}])");
        CHECK(encode(CallError{"1", ErrorCode::InternalError, "", payload}) ==
              R"([4,"1","InternalError","",{}])");
    }
}

TEST_CASE("what is written is JSON in UTF-8, whatever is put in") {
    std::string all_bytes;
    for (int byte = 0; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
    for (const auto& text : {all_bytes, "\xC3"s, "\xE2\x82"s, "\xF0\x9F\x94"s, "a\xFFz"s}) {
        const auto call = encode(Call{text, text, Json{{text, text}}});
        const auto result = encode(CallResult{text, Json{{"a", text}}});
        const auto error =
            encode(CallError{text, ErrorCode::InternalError, text, Json{{"a", text}}});
        CHECK(Json::accept(call));
        CHECK(Json::accept(result));
        CHECK(Json::accept(error));
    }
    CHECK(encode_call("\x7F", "\xC3\xA9", "{}") == "[2,\"\x7F\",\"\xC3\xA9\",{}]");
}

TEST_CASE("a description is cut to 255 characters, between two of them") {
    const auto description_of = [](const std::string& text) {
        return parsed_as<CallError>(
                   encode(CallError{"1", ErrorCode::InternalError, text, Json::object()}))
            .description;
    };
    CHECK(description_of(std::string(255, 'x')) == std::string(255, 'x'));
    CHECK(description_of(std::string(100'000, 'x')) == std::string(255, 'x'));
    std::string signs = "xx";
    for (int i = 0; i < 200; ++i) signs += "\xE2\x82\xAC";
    CHECK(description_of(signs) == signs.substr(0, 254));
    CHECK(shared::code_points(description_of(std::string(1000, '\xFF'))) <= 255);
    CHECK(shared::code_points(description_of(std::string(1000, '\x80'))) <= 255);
}

}  // namespace frame_test
