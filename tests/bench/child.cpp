// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/child.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace bench {
namespace {

void pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(core), &set);
    // With one core only, everything shares it.
    static_cast<void>(sched_setaffinity(0, sizeof set, &set));
}

// Between fork and exec: nothing but system calls.
[[noreturn]] void become(char* const* arguments, char* const* environment, int core,
                         const char* log) {
    pin(core);
    const int file = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execve(arguments[0], arguments, environment);
    _exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

void pin_to(int core) { pin(core); }

Child::Child(const std::vector<std::string>& command, int core, const std::string& log,
             const std::vector<std::string>& environment) {
    std::vector<std::string> arguments = command;
    std::vector<std::string> variables = environment;
    for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
    const std::vector<char*> argument_list = pointers(arguments);
    const std::vector<char*> variable_list = pointers(variables);
    started_ = std::chrono::steady_clock::now();
    pid_ = fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) become(argument_list.data(), variable_list.data(), core, log.c_str());
}

Child::~Child() { stop(); }

void Child::stop() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

Memory Child::memory() const {
    Memory result;
    std::ifstream rollup("/proc/" + std::to_string(pid_) + "/smaps_rollup");
    for (std::string line; std::getline(rollup, line);) {
        std::istringstream words(line);
        std::string name;
        long kilobytes = 0;
        if (!(words >> name >> kilobytes)) continue;
        if (name == "Pss:") result.pss_kb = kilobytes;
        if (name == "Rss:") result.rss_kb = kilobytes;
    }
    return result;
}

Work Child::work() const {
    Work result;
    const std::string tasks = "/proc/" + std::to_string(pid_) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        std::ifstream schedule(task.path() / "schedstat");
        double nanoseconds = 0;
        schedule >> nanoseconds;
        result.cpu_ms += nanoseconds / 1e6;
        std::ifstream status(task.path() / "status");
        for (std::string name; status >> name;) {
            std::uint64_t switches = 0;
            if (name == "voluntary_ctxt_switches:" && status >> switches)
                result.wakeups += switches;
        }
    }
    return result;
}

}  // namespace bench
