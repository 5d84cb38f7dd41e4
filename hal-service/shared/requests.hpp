// SPDX-License-Identifier: Apache-2.0
#pragma once
// The requests of a socket for people and programs, as one table. A request is a JSON object on a
// line, {"do": verb, ...}; a row of the table names the verb, says who may ask, and holds the
// function that reads the other fields and answers.
//
//     Result<Reply, std::string> stats(Context& context, const NoFields& fields);
//     constexpr std::array table{shared::Request<Context, Reply>{
//         "stats", shared::Access::Look, shared::with_fields<stats>}};
//     const auto asked = shared::read_request(line, bounds, words);
//     if (asked) answer(shared::serve(table, context, *asked, words, granted));
//
// The error of a Result is the text of the refusal.

#include "hal-service/shared/fields.hpp"
#include "hal-service/shared/json_bounds.hpp"
#include "hal-service/shared/json_fwd.hpp"
#include "hal-service/shared/result.hpp"

#include <string>
#include <string_view>

namespace shared {

// Look changes nothing. Act changes what is charged, kept, set or switched. Govern weakens what
// protects the charge point. Whoever may do one of them may do those before it, too.
enum class Access { Look, Act, Govern };

struct Asked {
    std::string verb;
    JsonValue fields;  // without "do"
};

// Each socket refuses a request that fits no row in the words it has always used.
struct RequestWords {
    std::string_view malformed;  // stands before "not JSON in UTF-8"
    std::string_view not_an_object;
    std::string_view without_verb;
    std::string_view verb_not_text;
    std::string (*unknown)(std::string_view verb);
};

Result<Asked, std::string> read_request(std::string_view line, JsonBounds bounds,
                                        const RequestWords& words);
// Reads a request that has been parsed already.
Result<Asked, std::string> read_request(Json json, const RequestWords& words);

template <class Context, class Reply>
struct Request {
    std::string_view verb;
    Access access;
    Result<Reply, std::string> (*serve)(Context& context, const Asked& asked);
};

template <class Table, class Context>
auto serve(const Table& table, Context& context, const Asked& asked, const RequestWords& words,
           Access granted) -> decltype(table.begin()->serve(context, asked)) {
    for (const auto& row : table) {
        if (row.verb != asked.verb) continue;
        if (row.access > granted) return Failure{asked.verb + " is not allowed here"};
        return row.serve(context, asked);
    }
    return Failure{words.unknown(asked.verb)};
}

// The fields of a request that has none besides its verb.
struct NoFields {
    static constexpr auto fields(auto of) { return of(); }
};

namespace detail {

template <auto answer>
struct WithFields;

template <class Context, class Reply, class Fields,
          Result<Reply, std::string> (*answer)(Context&, const Fields&)>
struct WithFields<answer> {
    static Result<Reply, std::string> serve(Context& context, const Asked& asked) {
        const auto fields = parse<Fields>(*asked.fields);
        if (!fields) return Failure{fields.error().path + ' ' + fields.error().reason};
        return answer(context, *fields);
    }
};

}  // namespace detail

// Serves a row by `answer(context, fields)`. The file that uses it includes json_fields.hpp.
template <auto answer>
constexpr auto with_fields = &detail::WithFields<answer>::serve;

}  // namespace shared
