// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/meter_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace simulation {

shared::Result<MeterMemory, std::string> MeterMemory::open(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return shared::Failure{folder + ": " + error.message()};
    const auto path = folder + "/simulated-meter.registers";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (file < 0) return shared::Failure{path + ": " + std::strerror(errno)};
    // Really allocated: a store into a mapped hole of a full disk would be fatal.
    const int failed = posix_fallocate(file, 0, sizeof(Places));
    void* mapped = failed != 0
                       ? MAP_FAILED
                       : mmap(nullptr, sizeof(Places), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    const int why = failed != 0 ? failed : errno;
    close(file);
    if (mapped == MAP_FAILED) return shared::Failure{path + ": " + std::strerror(why)};
    MeterMemory memory;
    memory.places_ = static_cast<Places*>(mapped);
    const auto& places = *memory.places_;
    if (const auto place = hal::newest(places[0], places[1])) {
        memory.registers_ = places[*place].value;
        memory.sequence_ = places[*place].sequence;
    }
    return memory;
}

MeterMemory::~MeterMemory() {
    if (places_ != nullptr) munmap(places_, sizeof(Places));
}

MeterMemory::MeterMemory(MeterMemory&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)),
      sequence_(other.sequence_),
      registers_(other.registers_) {}

MeterMemory& MeterMemory::operator=(MeterMemory&& other) noexcept {
    std::swap(places_, other.places_);
    std::swap(sequence_, other.sequence_);
    std::swap(registers_, other.registers_);
    return *this;
}

void MeterMemory::store(const Registers& registers) {
    registers_ = registers;
    if (places_ == nullptr) return;
    ++sequence_;
    (*places_)[static_cast<std::size_t>(sequence_ % 2)] = hal::seal(registers, sequence_);
}

}  // namespace simulation
