// SPDX-License-Identifier: Apache-2.0
// Compiles Asio once for all who include it.
#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
