// SPDX-License-Identifier: Apache-2.0
#pragma once
// A pointer to something of its own; a copy of it has a copy of that.

#include <memory>

namespace test {

template <class T>
class Copied : public std::unique_ptr<T> {
public:
    using std::unique_ptr<T>::unique_ptr;
    using std::unique_ptr<T>::operator=;
    Copied(std::unique_ptr<T> other) : std::unique_ptr<T>(std::move(other)) {}
    Copied(const Copied& other) : std::unique_ptr<T>(copy_of(other.get())) {}
    Copied(Copied&&) noexcept = default;
    Copied& operator=(Copied&&) noexcept = default;

private:
    static std::unique_ptr<T> copy_of(const T* original) {
        if (original == nullptr) return nullptr;
        if constexpr (requires { original->clone(); })
            return original->clone();
        else
            return std::make_unique<T>(*original);
    }
};

}  // namespace test
