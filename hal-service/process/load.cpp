// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/load.hpp"

#include "hal-service/process/file.hpp"
#include "hal-service/process/plain_toml.hpp"
#include "hal-service/shared/secrets.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>

namespace process {
namespace {

// Returns the type of a value under [ocpp].
shared::ValueType type_of(const Value& value) {
    if (std::holds_alternative<bool>(value)) return shared::ValueType::Boolean;
    return std::holds_alternative<std::int64_t>(value) ? shared::ValueType::WholeNumber
                                                       : shared::ValueType::Text;
}

using shared::Failure;

// Reads one text, and collects complaints about it by line.
class Reader {
public:
    Reader(const Sections& sections, Settings& settings, std::string file)
        : sections_(sections), settings_(settings), file_(std::move(file)) {}

    void read(const toml::table& root) {
        for (const auto& [name, node] : root) {
            if (name.str() == "connector") {
                read_connectors(node);
            } else if (name.str() == "ocpp") {
                read_ocpp(node);
            } else if (const bool known = std::ranges::any_of(
                           sections_.keys,
                           [wanted = name.str()](const Key& key) { return key.section == wanted; });
                       !known) {
                complain(name.source(), std::string(name.str()), "is not known");
            } else {
                read_section(std::string(name.str()), node);
            }
        }
    }

    std::vector<std::string> complaints() {
        std::ranges::stable_sort(complaints_, {}, [](const auto& c) { return c.first; });
        std::vector<std::string> out;
        for (auto& complaint : complaints_) out.push_back(std::move(complaint.second));
        return out;
    }

private:
    std::string where(const toml::source_region& region) const {
        if (file_ == "--set") return file_;
        return file_ + ':' + std::to_string(region.begin.line);
    }

    void complain(const toml::source_region& region, const std::string& key,
                  const std::string& text) {
        complaints_.emplace_back(region.begin.line, where(region) + ": " + key + ": " + text);
    }

    static std::optional<Value> value_of(const toml::node& node) {
        if (const auto* flag = node.as_boolean()) return Value{flag->get()};
        if (const auto* number = node.as_integer()) return Value{number->get()};
        if (const auto* number = node.as_floating_point()) return Value{number->get()};
        if (const auto* text = node.as_string()) return Value{text->get()};
        return std::nullopt;
    }

    // As value_of(), and a list of texts.
    static std::optional<Value> value_or_texts_of(const toml::node& node) {
        const auto* list = node.as_array();
        if (!list) return value_of(node);
        Texts texts;
        for (const auto& element : *list) {
            const auto* text = element.as_string();
            if (!text) return std::nullopt;
            texts.push_back(text->get());
        }
        return Value{std::move(texts)};
    }

    const toml::table* table_of(const std::string& name, const toml::node& node) {
        const auto* table = node.as_table();
        if (!table) complain(node.source(), name, "must be a section: [" + name + ']');
        return table;
    }

    void read_section(const std::string& section, const toml::node& node) {
        const auto* table = table_of(section, node);
        if (!table) return;
        for (const auto& [name, value] : *table) {
            const auto full = section + '.' + std::string(name.str());
            const auto all = sections_.keys;
            const auto key =
                std::ranges::find_if(all, [&section, wanted = name.str()](const Key& k) {
                    return k.section == section && k.name == wanted;
                });
            if (key == all.end()) {
                complain(name.source(), full, "is not known");
                continue;
            }
            const auto given = value_or_texts_of(value);
            if (auto wrong =
                    given ? key->set(settings_, *given) : Objection{"must be a single value"})
                complain(value.source(), full, *wrong);
            else
                settings_.origins[full] = where(value.source());
        }
    }

    void read_ocpp(const toml::node& node) {
        const auto* table = table_of("ocpp", node);
        if (!table) return;
        for (const auto& [name, value] : *table) {
            const auto full = "ocpp." + std::string(name.str());
            const auto scalar = value_of(value);
            auto text = scalar ? wire_text(*scalar)
                               : shared::Result<std::string, std::string>{
                                     Failure{std::string("must be a single value")}};
            if (!text) {
                complain(value.source(), full, text.error());
                continue;
            }
            settings_.ocpp[std::string(name.str())] = {*std::move(text), type_of(*scalar),
                                                       where(value.source())};
            settings_.origins[full] = where(value.source());
        }
    }

    void read_connectors(const toml::node& node) {
        const auto* list = node.as_array();
        if (!list) return complain(node.source(), "connector", "must be a list: [[connector]]");
        if (list->size() > hal::max_connectors)
            return complain(node.source(), "connector",
                            "there must not be more than " + std::to_string(hal::max_connectors));
        settings_.connectors.clear();
        for (const auto& element : *list) read_connector(element);
        settings_.origins["connector"] = where(node.source());
    }

    void read_connector(const toml::node& node) {
        const auto* table = table_of("connector", node);
        if (!table) return;
        hal::ConnectorInfo connector;
        for (const auto& [name, value] : *table) {
            const auto full = "connector." + std::string(name.str());
            const auto all = connector_keys();
            const auto key = std::ranges::find_if(
                all, [wanted = name.str()](const ConnectorKey& k) { return k.name == wanted; });
            const auto scalar = value_of(value);
            if (key == all.end())
                complain(name.source(), full, "is not known");
            else if (auto wrong = scalar ? key->set(connector, *scalar)
                                         : Objection{"must be a single value"})
                complain(value.source(), full, *wrong);
        }
        for (const auto& key : connector_keys())
            if (!table->contains(key.name))
                complain(node.source(), "connector." + std::string(key.name), "is needed");
        settings_.connectors.push_back(connector);
    }

    const Sections& sections_;
    Settings& settings_;
    std::string file_;
    std::vector<std::pair<toml::source_index, std::string>> complaints_;
};

// The text must be one value: after a line break in it another key could follow.
std::vector<std::string> apply_override(const Sections& sections, Settings& settings,
                                        const std::string& text) {
    const auto equals = text.find('=');
    // "hal.socket = ..." is what a person copies out of a file.
    const auto path = text.substr(0, text.find_last_not_of(" =", equals) + 1);
    const auto dot = path.find('.');
    // Without '=' nobody knows where a value begins, which may be a secret.
    if (equals == std::string::npos || path.empty()) return {"--set: must be section.key=VALUE"};
    const std::string complaint = "--set: " + path + ": ";
    if (dot == std::string::npos && path != "connector") return {complaint + "is not known"};
    if (foreign_character(text)) return {complaint + std::string(foreign_character_text)};
    try {
        auto value = toml::parse("value = " + text.substr(equals + 1));
        if (value.size() != 1) return {complaint + "must be one value"};
        toml::table root;
        if (dot == std::string::npos) {
            root.insert(path, *value.get("value"));
        } else {
            toml::table section;
            section.insert(path.substr(dot + 1), *value.get("value"));
            root.insert(path.substr(0, dot), std::move(section));
        }
        Reader reader(sections, settings, "--set");
        reader.read(root);
        return reader.complaints();
    } catch (const toml::parse_error& error) {
        return {complaint + std::string(error.description()) +
                " (a value is written as in TOML: text in quotes)"};
    }
}

std::vector<std::string> apply_file(const Sections& sections, Settings& settings,
                                    const std::string& path, bool needed) {
    auto text = read_file(path, max_config_bytes);
    if (text) return apply_text(sections, settings, *text, path);
    if (text.error().missing && !needed) return {};
    return {path + ": " + text.error().text};
}

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error))
        if (it->path().extension() == ".toml") names.push_back(it->path().string());
    std::ranges::sort(names);
    return names;
}

}  // namespace

Settings default_settings(const Sections& sections) {
    Settings settings;
    settings.others = sections.others();
    return settings;
}

shared::Result<Settings, std::vector<std::string>> load(const Sources& sources,
                                                        const Sections& sections) {
    auto settings = default_settings(sections);
    std::vector<std::string> complaints;
    const auto collect = [&complaints](std::vector<std::string> more) {
        std::ranges::move(more, std::back_inserter(complaints));
    };
    if (sources.file) {
        collect(apply_file(sections, settings, *sources.file, true));
    } else {
        collect(apply_file(sections, settings, sources.vendor_file, false));
        collect(apply_file(sections, settings, sources.site_file, false));
        for (const auto& path : names_in(sources.site_folder))
            collect(apply_file(sections, settings, path, true));
    }
    for (const auto& text : sources.overrides) collect(apply_override(sections, settings, text));
    if (complaints.empty())
        for (const auto& complaint : sections.check_together(settings))
            complaints.push_back(describe(settings, complaint));
    if (!complaints.empty()) return Failure{std::move(complaints)};
    return settings;
}

std::vector<std::string> apply_text(const Sections& sections, Settings& settings,
                                    std::string_view text, const std::string& file_name) {
    if (const auto line = foreign_character(text))
        return {file_name + ':' + std::to_string(*line) + ": " +
                std::string(foreign_character_text)};
    try {
        const auto root = toml::parse(text, file_name);
        Reader reader(sections, settings, file_name);
        reader.read(root);
        return reader.complaints();
    } catch (const toml::parse_error& error) {
        return {file_name + ':' + std::to_string(error.source().begin.line) + ": " +
                std::string(error.description())};
    }
}

std::string describe(const Settings& settings, const Complaint& complaint) {
    const auto it = settings.origins.find(complaint.key);
    return (it == settings.origins.end() ? std::string("default") : it->second) + ": " +
           complaint.key + ": " + complaint.text;
}

namespace {

std::string written(const std::string& key, const OcppDefault& value) {
    if (shared::names_secret(key)) return toml_text("***");
    return value.type == shared::ValueType::Text ? toml_text(shared::without_secrets(value.value))
                                                 : value.value;
}

}  // namespace

std::string print(const Sections& sections, const Settings& settings) {
    const auto origin = [&settings](const std::string& key) {
        const auto it = settings.origins.find(key);
        return "  # " + (it == settings.origins.end() ? std::string("default") : it->second);
    };
    std::string out;
    std::string_view section;
    for (const auto& key : sections.keys) {
        if (key.section != section) {
            out += (section.empty() ? "[" : "\n[") + std::string(key.section) + "]\n";
            section = key.section;
        }
        out += std::string(key.name) + " = " + key.show(settings) +
               origin(std::string(key.section) + '.' + std::string(key.name)) + '\n';
    }
    out += "\n[ocpp]\n";
    for (const auto& [name, value] : settings.ocpp)
        out += toml_text(name) + " = " + written(name, value) + origin("ocpp." + name) + '\n';
    for (const auto& connector : settings.connectors) {
        out += "\n[[connector]]" + origin("connector") + '\n';
        for (const auto& key : connector_keys())
            out += std::string(key.name) + " = " + key.show(connector) + '\n';
    }
    return out;
}

}  // namespace process
