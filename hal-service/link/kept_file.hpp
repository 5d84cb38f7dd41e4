// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the energy registers and plug counts outlive the process. What was saved survives SIGKILL
// at any instant; with Outlives::Power also the loss of power.

#include "hal-service/control/report.hpp"
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
    ~KeptFile();
    KeptFile(KeptFile&& other) noexcept;
    KeptFile& operator=(KeptFile&& other) noexcept;

    // What was kept for these connectors, in their order; fresh for those that weren't known.
    std::vector<Registers> load(const std::vector<ConnectorInfo>& connectors) const;
    // Something was there but neither of its two copies could be read.
    bool damaged() const { return damaged_; }
    // False: could not be written; errno says why.
    bool save(const std::vector<ConnectorInfo>& connectors, const std::vector<Registers>& kept,
              Outlives outlives);

private:
    struct Entry {
        std::int64_t connector = 0;
        Registers kept;
    };
    explicit KeptFile(int file);
    void read();

    int file_ = -1;
    bool damaged_ = false;
    std::uint64_t sequence_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace hal
