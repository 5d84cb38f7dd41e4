// SPDX-License-Identifier: Apache-2.0
#include "hal-service/link/kept_file.hpp"

#include "hal-service/link/sealed.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hal {
namespace {

struct StoredEntry {
    std::int64_t connector = 0;  // 0: unused
    Registers kept;
};
using Stored = Sealed<std::array<StoredEntry, max_connectors>>;

off_t place_of(std::size_t place) { return static_cast<off_t>(place * sizeof(Stored)); }

}  // namespace

shared::Result<KeptFile, std::string> KeptFile::open(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return shared::Failure{folder + ": " + error.message()};
    const auto path = folder + "/hardware.registers";
    process::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (!file) return shared::Failure{path + ": " + std::strerror(errno)};
    KeptFile kept(std::move(file));
    kept.read();
    return kept;
}

KeptFile::KeptFile(process::Descriptor file) : file_(std::move(file)) {}

void KeptFile::read() {
    std::array<Stored, 2> stored{};
    bool any = false;
    for (std::size_t place = 0; place < stored.size(); ++place) {
        Stored& one = stored[place];
        const auto bytes = pread(file_.number(), &one, sizeof one, place_of(place));
        any = any || bytes > 0;
        if (bytes != static_cast<ssize_t>(sizeof one)) one = {};
    }
    const auto place = newest(stored[0], stored[1]);
    damaged_ = any && !place;
    if (!place) return;
    sequence_ = stored[*place].sequence;
    for (const auto& entry : stored[*place].value)
        if (entry.connector != 0) entries_.push_back({entry.connector, entry.kept});
}

std::vector<Registers> KeptFile::load(const std::vector<ConnectorInfo>& connectors) const {
    std::vector<Registers> all;
    for (const auto& connector : connectors) {
        const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
            return entry.connector == connector.id;
        });
        all.push_back(found == entries_.end() ? Registers{} : found->kept);
    }
    return all;
}

bool KeptFile::save(const std::vector<ConnectorInfo>& connectors,
                    const std::vector<Registers>& kept, Outlives outlives) {
    std::array<StoredEntry, max_connectors> entries{};
    for (std::size_t i = 0; i < connectors.size() && i < entries.size(); ++i)
        entries[i] = {connectors[i].id, kept[i]};
    const auto stored = seal(entries, ++sequence_);
    const auto written = pwrite(file_.number(), &stored, sizeof stored,
                                place_of(static_cast<std::size_t>(sequence_ % 2)));
    if (written != static_cast<ssize_t>(sizeof stored)) return false;
    return outlives == Outlives::Process || fdatasync(file_.number()) == 0;
}

}  // namespace hal
