// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the energy registers and plug counts in a file. They survive SIGKILL at any instant once
// saved; with Outlives::Power also the loss of power.

#include "hal-service/control/report.hpp"
#include "hal-service/process/descriptor.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hal {

enum class Outlives { Process, Power };

class KeptFile {
public:
    // Creates the folder and the file. The error says what was wrong; such a file keeps nothing.
    static shared::Result<KeptFile, std::string> open(const std::string& folder);

    // Returns the registers of these connectors, in their order; a connector that is new has fresh
    // ones.
    std::vector<Registers> load(const std::vector<ConnectorInfo>& connectors) const;
    // True: the file was not empty, but neither of its two copies could be read.
    bool damaged() const { return damaged_; }
    // False: the file could not be written; errno says why.
    bool save(const std::vector<ConnectorInfo>& connectors, const std::vector<Registers>& kept,
              Outlives outlives);

private:
    struct Entry {
        std::int64_t connector = 0;
        Registers kept;
    };
    explicit KeptFile(process::Descriptor file);
    void read();

    process::Descriptor file_;
    bool damaged_ = false;
    std::uint64_t sequence_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace hal
