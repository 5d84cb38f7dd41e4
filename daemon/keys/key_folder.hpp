// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folder with the keys of the charge point's own certificates: one file for each, PKCS#8 in
// PEM, named by the id of its key, for its owner alone (security white paper A02: a private key is
// readable by no interface).

#include "daemon/keys/private_key.hpp"

#include <set>
#include <string>

namespace charge_daemon {

class KeyFolder {
public:
    // The folder is made with the first key, in a folder that must be there.
    explicit KeyFolder(std::string directory) : directory_(std::move(directory)) {}

    // Returns "" when the key is on the disk and stays there whatever happens, else why not; then
    // nothing of it is left.
    std::string keep(const PrivateKey& key) const;
    // The one way to a key: the token of a TPM or of PKCS#11 (OSSL_STORE) would be opened here. The
    // error names the file.
    shared::Result<PrivateKey, std::string> load(const std::string& id) const;
    // Removes all other keys, and what an interrupted keep() has left; files of other names stay.
    // Returns "" or what could not be removed.
    std::string keep_only(const std::set<std::string>& ids) const;

private:
    std::string directory_;
};

}  // namespace charge_daemon
