// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/authorization_key.hpp"

#include "daemon/settings/sections.hpp"
#include "daemon/settings/settings.hpp"
#include "hal-service/process/load.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <sys/stat.h>

namespace authorization_key_test {

using charge_daemon::authorization_key;
using charge_daemon::daemon_settings;
using charge_daemon::sections;
using support::Folder;

TEST_CASE("the key file must be its owner's alone and hold a key") {
    const Folder folder;
    auto settings = process::default_settings(sections());
    const auto hex = std::string(40, '5');
    auto& file = daemon_settings(settings).central_system.authorization_key_file;
    file = folder.write("key", hex + "\n");
    ::chmod(file.c_str(), 0600);
    CHECK(*authorization_key(settings) == hex);

    ::chmod(file.c_str(), 0640);
    CHECK(authorization_key(settings).error().text ==
          "others than its owner may use it: set its mode to 0600");
    file = folder.write("bad", "no key");
    ::chmod(file.c_str(), 0600);
    CHECK(authorization_key(settings).error().key == "central_system.authorization_key_file");
    file = folder.write("long", std::string(10'000, '5'));
    ::chmod(file.c_str(), 0600);
    CHECK(authorization_key(settings).error().text == "is longer than 256 bytes");
    file = folder / "none";
    CHECK(!authorization_key(settings));
}

}  // namespace authorization_key_test
