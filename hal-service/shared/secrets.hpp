// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finds secrets in text, so that nobody is shown them: every line of the log, every event and every
// answer to a person goes through here.

#include <string>
#include <string_view>

namespace shared {

// True for the name of a secret, for example AuthorizationKey or WiFiPassword, and for text with
// such a name in it; without case.
bool names_secret(std::string_view text);

// True for text that carries more than the name: JSON or settings as text, or a private key.
bool carries_secret(std::string_view text);

// The text without the passwords of URLs ("ftp://user:***@host/") and without private keys in PEM,
// whole or cut. Text without either is returned as it is.
std::string without_secrets(std::string_view text);

}  // namespace shared
