// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/world_file.hpp"

#include "hal-service/shared/json.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace simulation {
namespace {

constexpr int document_version = 1;
constexpr shared::JsonLimits document_limits{64 * 1024, 8};

struct Document {
    int version = document_version;
    Mains mains;
    shared::List<Outlet, 0, hal::max_connectors> outlets;
    static constexpr auto fields() {
        return std::tuple{Field{"version", &Document::version}, Field{"mains", &Document::mains},
                          Field{"outlets", &Document::outlets}};
    }
};

std::string system_error(const std::string& path) { return path + ": " + std::strerror(errno); }

}  // namespace

std::string world_to_text(const World& world) {
    Document document;
    document.mains = world.mains;
    document.outlets.assign(world.outlets.begin(),
                            world.outlets.begin() + static_cast<std::ptrdiff_t>(world.count));
    return shared::dump(shared::to_json(document)) + '\n';
}

shared::Result<World, std::string> world_from_text(
    std::string_view text, const std::vector<hal::ConnectorInfo>& connectors) {
    const auto json = shared::parse_json(text, document_limits);
    if (!json) return shared::Failure{std::string(shared::describe(json.error()))};
    const auto document = shared::parse<Document>(*json);
    if (!document) return shared::Failure{document.error().path + ' ' + document.error().reason};
    if (document->version != document_version)
        return shared::Failure{"version is not " + std::to_string(document_version)};
    World world = fresh_world(connectors);
    world.mains = document->mains;
    for (const auto& outlet : document->outlets)
        if (auto* known = world.find(outlet.id)) *known = outlet;
    return world;
}

shared::Result<World, std::string> WorldFile::load(
    const std::vector<hal::ConnectorInfo>& connectors) const {
    const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT) return fresh_world(connectors);
        return shared::Failure{system_error(path_)};
    }
    std::string text;
    std::array<char, 4096> buffer;
    ssize_t bytes = 0;
    while (text.size() <= document_limits.bytes &&
           (bytes = read(file, buffer.data(), buffer.size())) > 0)
        text.append(buffer.data(), static_cast<std::size_t>(bytes));
    close(file);
    auto world = world_from_text(text, connectors);
    if (!world) return shared::Failure{path_ + ": " + world.error()};
    return world;
}

std::optional<std::string> WorldFile::save(const World& world) const {
    const auto text = world_to_text(world);
    const auto fresh = path_ + ".new";
    const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (file < 0) return system_error(fresh);
    const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    auto problem = written ? std::optional<std::string>{} : system_error(fresh);
    close(file);
    if (!problem && rename(fresh.c_str(), path_.c_str()) != 0) problem = system_error(path_);
    return problem;
}

}  // namespace simulation
