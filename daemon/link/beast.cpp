// SPDX-License-Identifier: Apache-2.0
// Compiles Beast once for all who include it.
#include <utility>  // Boost 1.74 uses std::exchange without it

#include <boost/beast/src.hpp>
