// SPDX-License-Identifier: Apache-2.0
#pragma once
// Result<T, E>: a value, or the reason there is none. The subset of std::expected that this
// project uses, so that moving to C++23 means deleting this file.

#include <cassert>
#include <utility>
#include <variant>

namespace shared {

template <class E>
struct Failure {
    E error;
};
template <class E>
Failure(E) -> Failure<E>;

template <class T, class E>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    T& operator*() & { return assert(*this), *std::get_if<0>(&state_); }
    const T& operator*() const& { return assert(*this), *std::get_if<0>(&state_); }
    T&& operator*() && { return assert(*this), std::move(*std::get_if<0>(&state_)); }
    T* operator->() { return assert(*this), std::get_if<0>(&state_); }
    const T* operator->() const { return assert(*this), std::get_if<0>(&state_); }
    const E& error() const { return assert(!*this), *std::get_if<1>(&state_); }

private:
    std::variant<T, E> state_;
};

}  // namespace shared
