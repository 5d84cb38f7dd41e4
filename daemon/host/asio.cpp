// SPDX-License-Identifier: Apache-2.0
// Asio, compiled once.
#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/impl/src.hpp>
