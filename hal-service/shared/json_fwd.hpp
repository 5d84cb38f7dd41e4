// SPDX-License-Identifier: Apache-2.0
#pragma once
// The name of a JSON value, and a value that can be passed on, for those who never look inside.
// The library itself is in json.hpp; reading it takes a compiler over a second.

#include <nlohmann/json_fwd.hpp>

#include <memory>

namespace shared {

using Json = nlohmann::json;

// A JSON value that is never changed; an empty object at first. Copies share the value.
class JsonValue {
public:
    JsonValue();
    JsonValue(Json json);

    const Json& operator*() const { return *json_; }
    bool operator==(const JsonValue& other) const;

private:
    std::shared_ptr<const Json> json_;
};

}  // namespace shared
