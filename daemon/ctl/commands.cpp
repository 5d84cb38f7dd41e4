// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/commands.hpp"

#include "daemon/ctl/line_client.hpp"
#include "daemon/ctl/show.hpp"
#include "daemon/ctl/show_hardware.hpp"
#include "daemon/ctl/words.hpp"
#include "hal-service/process/command_line.hpp"
#include "hal-service/process/file.hpp"
#include "hal-service/process/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <thread>

namespace charge_daemon::ctl {
namespace {

using process::print_error;
using process::print_out;
using shared::Json;
namespace exit_code = process::exit_code;

constexpr int refused = 1;
constexpr std::size_t max_certificate_file = 32'768;
// A live view follows the values too, and is never drawn more often than a person can read.
constexpr std::chrono::milliseconds redraw_after{1'000};
constexpr std::chrono::milliseconds redraw_at_most{100};
// A test of the residual current monitor takes up to 9 s.
constexpr std::chrono::milliseconds test_within{20'000};
constexpr const char* clear_screen = "\x1b[H\x1b[2J";

using Show = std::function<std::string(const Json& answer)>;

int fail(const Destination& destination, const std::string& why, int code) {
    if (destination.json)
        print_out(shared::dump({{"ok", false}, {"error", why}}) + '\n');
    else
        print_error("chargepointctl: " + process::escaped(why) + '\n');
    return code;
}

int print(const Destination& destination, const Json& answer, const Show& show) {
    const bool ok = answer["ok"].get<bool>();
    if (destination.json)
        print_out(shared::dump(answer) + '\n');
    else if (ok)
        print_out(show(answer));
    else if (answer.contains("error") && answer["error"].is_string())
        return fail(destination, answer["error"].get<std::string>(), refused);
    else
        return fail(destination, shared::dump(answer), refused);
    return ok ? exit_code::ok : refused;
}

int ask(const Destination& destination, const Json& request, const Show& show,
        std::chrono::milliseconds within = answer_within) {
    auto client = LineClient::connect(destination.socket);
    if (!client) return fail(destination, client.error(), exit_code::unavailable);
    const auto answer = client->ask(request, within);
    if (!answer) return fail(destination, answer.error(), exit_code::unavailable);
    return print(destination, *answer, show);
}

// Waits for an event; then takes those that have come with it.
std::string wait_for_events(LineClient& events, std::optional<std::chrono::milliseconds> wait) {
    for (auto patience = wait;; patience = redraw_at_most) {
        const auto received = events.receive(patience);
        if (const auto* none = std::get_if<NoAnswer>(&received)) return none->why;
        if (std::holds_alternative<NothingYet>(received)) return {};
    }
}

int watch(const Destination& destination) {
    auto listening = LineClient::connect(destination.socket);
    if (!listening) return fail(destination, listening.error(), exit_code::unavailable);
    auto asking = LineClient::connect(destination.socket);
    if (!asking) return fail(destination, asking.error(), exit_code::unavailable);
    const auto started = listening->ask({{"do", "events"}});
    if (!started) return fail(destination, started.error(), exit_code::unavailable);
    if (!(*started)["ok"].get<bool>()) return print(destination, *started, {});
    const bool terminal = !destination.json && ::isatty(STDOUT_FILENO) == 1;
    for (bool first = true;; first = false) {
        const auto answer = asking->ask({{"do", "status"}});
        if (!answer) return fail(destination, answer.error(), exit_code::unavailable);
        const auto code = print(destination, *answer, [&](const Json& status) {
            return (terminal ? clear_screen : first ? "" : "\n") + status_text(status);
        });
        if (code != exit_code::ok) return code;
        const auto wait = terminal ? std::optional(redraw_after) : std::nullopt;
        if (const auto problem = wait_for_events(*listening, wait); !problem.empty())
            return fail(destination, problem, exit_code::unavailable);
    }
}

Show show_of(const Json& request) {
    const auto what = request.at("do").get<std::string>();
    if (what == "readings") return readings_text;
    if (what == "pilot") return pilot_text;
    if (what == "faults") return faults_text;
    if (what == "stats") return stats_text;
    if (what == "calibrate") return calibration_text;
    if (what == "self_test" || what == "relay_test") return proof_text;
    return [](const Json& answer) { return shared::dump(answer) + '\n'; };
}

// The hardware process is asked once a second: it has no events.
int watch_hardware(const Destination& destination, const Json& request) {
    auto client = LineClient::connect(destination.socket);
    if (!client) return fail(destination, client.error(), exit_code::unavailable);
    const bool terminal = !destination.json && ::isatty(STDOUT_FILENO) == 1;
    const auto show = show_of(request);
    for (bool first = true;; first = false) {
        const auto answer = client->ask(request);
        if (!answer) return fail(destination, answer.error(), exit_code::unavailable);
        const auto code = print(destination, *answer, [&](const Json& shown) {
            return (terminal ? clear_screen : first ? "" : "\n") + show(shown);
        });
        if (code != exit_code::ok) return code;
        std::this_thread::sleep_for(redraw_after);
    }
}

}  // namespace

int status(const Destination& destination, bool watching) {
    return watching ? watch(destination) : ask(destination, {{"do", "status"}}, status_text);
}

int events(const Destination& destination) {
    auto client = LineClient::connect(destination.socket);
    if (!client) return fail(destination, client.error(), exit_code::unavailable);
    const auto started = client->ask({{"do", "events"}});
    if (!started) return fail(destination, started.error(), exit_code::unavailable);
    if (!(*started)["ok"].get<bool>()) return print(destination, *started, {});
    for (;;) {
        const auto received = client->receive(std::nullopt);
        if (const auto* line = std::get_if<std::string>(&received))
            print_out(*line + '\n');
        else if (const auto* none = std::get_if<NoAnswer>(&received))
            return fail(destination, none->why, exit_code::unavailable);
    }
}

int link(const Destination& destination, const std::string& state) {
    Json request{{"do", "link"}};
    if (!state.empty()) request["state"] = state;
    return ask(destination, request, link_text);
}

int get_configuration(const Destination& destination, const std::vector<std::string>& keys) {
    auto client = LineClient::connect(destination.socket);
    if (!client) return fail(destination, client.error(), exit_code::unavailable);
    auto answer = client->ask({{"do", "config"}});
    if (!answer) return fail(destination, answer.error(), exit_code::unavailable);
    if (!keys.empty() && answer->contains("keys")) {
        Json chosen = Json::array();
        for (const auto& wanted : keys) {
            const auto before = chosen.size();
            for (const auto& key : (*answer)["keys"])
                if (key.is_object() && key.contains("key") && key["key"] == wanted)
                    chosen.push_back(key);
            if (chosen.size() == before)
                return fail(destination, "there is no key " + wanted, refused);
        }
        (*answer)["keys"] = std::move(chosen);
    }
    return print(destination, *answer,
                 [](const Json& shown) { return configuration_text(shown.at("keys")); });
}

int set_configuration(const Destination& destination, const std::string& key,
                      const std::string& value) {
    return ask(destination, {{"do", "config_set"}, {"key", key}, {"value", value}},
               [](const Json& answer) {
                   return answer.value("status", "") == "RebootRequired"
                              ? std::string("Accepted; it takes effect with the next restart.\n")
                              : std::string("Accepted.\n");
               });
}

int limits(const Destination& destination) {
    return ask(destination, {{"do", "limits"}}, [](const Json& answer) {
        return limits_text(answer.value("connectors", Json::array()));
    });
}

int network(const Destination& destination) {
    return ask(destination, {{"do", "network"}}, [](const Json& answer) {
        return network_text(answer.value("interfaces", Json::array()));
    });
}

int factory_reset(const Destination& destination) {
    return ask(destination, {{"do", "factory_reset"}}, [](const Json&) {
        return std::string("Transactions end, then it begins anew with its factory values.\n");
    });
}

int security_profile(const Destination& destination, int profile) {
    return ask(destination, {{"do", "security_profile"}, {"profile", profile}}, [](const Json&) {
        return std::string("Accepted; the connection is made anew with it.\n");
    });
}

int certificates(const Destination& destination) {
    return ask(destination, {{"do", "certificates"}}, [](const Json& answer) {
        return certificates_text(answer.value("certificates", Json::array()));
    });
}

int install_certificate(const Destination& destination, const std::string& type,
                        const std::string& file) {
    const auto text = process::read_file(file, max_certificate_file);
    if (!text) return fail(destination, file + ": " + text.error().text, refused);
    return ask(destination, {{"do", "certificate_install"}, {"type", type}, {"certificate", *text}},
               [](const Json&) { return std::string("Installed.\n"); });
}

int delete_certificate(const Destination& destination, int number) {
    return ask(destination, {{"do", "certificate_delete"}, {"number", number}},
               [](const Json&) { return std::string("Deleted.\n"); });
}

int security_log(const Destination& destination) {
    return ask(destination, {{"do", "security_log"}}, [](const Json& answer) {
        return security_log_text(answer.value("events", Json::array()));
    });
}

int transactions(const Destination& destination, int limit) {
    return ask(destination, {{"do", "transactions"}, {"limit", limit}}, [](const Json& answer) {
        return transactions_text(answer.value("transactions", Json::array()));
    });
}

int hardware(const Destination& destination, std::vector<std::string> words,
             const HardwareFlags& flags) {
    if (words.empty())
        words.emplace_back(flags.stats ? "stats" : "readings");
    else if (flags.stats)
        return fail(destination, "--stats stands alone", exit_code::usage);
    std::ranges::replace(words.front(), '-', '_');
    if (flags.all) words.emplace_back("all=true");
    const auto request = request_from(words);
    if (!request) return fail(destination, request.error(), exit_code::usage);
    if (flags.watch) return watch_hardware(destination, *request);
    return ask(destination, *request, show_of(*request), test_within);
}

int simulate(const Destination& destination, const std::vector<std::string>& words) {
    const auto request = request_from(words);
    if (!request) return fail(destination, request.error(), exit_code::usage);
    return ask(destination, *request, [](const Json& answer) {
        if (answer.contains("connectors")) return observation_text(answer);
        return answer.size() == 1 ? std::string("ok\n") : shared::dump(answer) + '\n';
    });
}

}  // namespace charge_daemon::ctl
