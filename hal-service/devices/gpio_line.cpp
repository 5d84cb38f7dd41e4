// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/gpio_line.hpp"

#include "hal-service/process/descriptor.hpp"

#include <fcntl.h>
#include <gpiod.h>
#include <poll.h>

#include <array>

namespace devices {
namespace {

constexpr const char* consumer = "chargepoint-hald";
constexpr std::size_t events_at_once = 16;

std::uint64_t inverted(const std::vector<process::Line>& lines) {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (lines[i].active_low) mask |= std::uint64_t{1} << i;
    return mask;
}

bool nonblocking(int descriptor) {
    const int flags = fcntl(descriptor, F_GETFL);
    return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

struct ChipCloser {
    void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }
};
using Chip = std::unique_ptr<gpiod_chip, ChipCloser>;

std::string line_name(const std::string& chip, int number) {
    return chip + ": line " + std::to_string(number);
}

// Which of the lines the chip lacks or somebody holds, after a request was refused.
std::string refusal(gpiod_chip* chip, const std::string& path,
                    const std::vector<process::Line>& lines, const std::string& problem);

// libgpiod 1.6 speaks the first version of the kernel's interface: edges are asked for line by
// line, levels in a bulk. With 2.x one request does both.
#ifdef GPIOD_LINE_BULK_MAX_LINES

class Lines {
public:
    Lines() { gpiod_line_bulk_init(&bulk_); }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;
    ~Lines() {
        if (requested_) gpiod_line_release_bulk(&bulk_);
    }

    bool request(gpiod_chip* chip, std::vector<unsigned> numbers, int type, std::uint64_t levels) {
        if (gpiod_chip_get_lines(chip, numbers.data(), static_cast<unsigned>(numbers.size()),
                                 &bulk_) != 0)
            return false;
        std::array<int, max_lines> values{};
        for (std::size_t i = 0; i < numbers.size(); ++i)
            values[i] = static_cast<int>(levels >> i & 1U);
        const gpiod_line_request_config config{consumer, type, 0};
        requested_ = gpiod_line_request_bulk(&bulk_, &config, values.data()) == 0;
        return requested_;
    }
    bool write(std::uint64_t levels) {
        std::array<int, max_lines> values{};
        for (std::size_t i = 0; i < bulk_.num_lines; ++i)
            values[i] = static_cast<int>(levels >> i & 1U);
        return gpiod_line_set_value_bulk(&bulk_, values.data()) == 0;
    }
    bool read(std::uint64_t& levels) {
        std::array<int, max_lines> values{};
        levels = 0;
        if (bulk_.num_lines == 0) return true;
        if (gpiod_line_get_value_bulk(&bulk_, values.data()) != 0) return false;
        for (std::size_t i = 0; i < bulk_.num_lines; ++i)
            if (values[i] != 0) levels |= std::uint64_t{1} << i;
        return true;
    }
    int descriptor(unsigned index) {
        return gpiod_line_event_get_fd(gpiod_line_bulk_get_line(&bulk_, index));
    }
    std::size_t size() const { return bulk_.num_lines; }

private:
    gpiod_line_bulk bulk_{};
    bool requested_ = false;
};

std::string refusal(gpiod_chip* chip, const std::string& path,
                    const std::vector<process::Line>& lines, const std::string& problem) {
    for (const auto& line : lines) {
        auto* found = gpiod_chip_get_line(chip, static_cast<unsigned>(line.number));
        if (found == nullptr) return line_name(path, line.number) + ": the chip has no such line";
        const char* holder = gpiod_line_consumer(found);
        if (gpiod_line_is_used(found))
            return line_name(path, line.number) + ": is held by \"" +
                   (holder ? holder : "the kernel") + '"';
    }
    return problem;
}

class ChipOutputs final : public OutputLines {
public:
    ChipOutputs(Chip chip, const std::vector<process::Line>& lines)
        : chip_(std::move(chip)), inverted_(inverted(lines)) {}
    bool request(const std::vector<process::Line>& lines) {
        std::vector<unsigned> numbers;
        for (const auto& line : lines) numbers.push_back(static_cast<unsigned>(line.number));
        return lines_.request(chip_.get(), numbers, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, inverted_);
    }
    bool set(std::uint64_t levels) override { return lines_.write(levels ^ inverted_); }
    gpiod_chip* chip() { return chip_.get(); }

private:
    Chip chip_;
    Lines lines_;
    std::uint64_t inverted_;
};

class ChipInputs final : public InputLines {
public:
    explicit ChipInputs(Chip chip) : chip_(std::move(chip)) {}
    bool request(const std::vector<WantedInput>& wanted) {
        std::vector<process::Line> lines;
        std::vector<unsigned> plain;
        std::vector<unsigned> with_edges;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            lines.push_back(wanted[i].line);
            const auto number = static_cast<unsigned>(wanted[i].line.number);
            (wanted[i].edges ? with_edges : plain).push_back(number);
            (wanted[i].edges ? edge_places_ : plain_places_).push_back(i);
        }
        inverted_ = inverted(lines);
        if (!plain.empty() &&
            !plain_.request(chip_.get(), plain, GPIOD_LINE_REQUEST_DIRECTION_INPUT, 0))
            return false;
        if (with_edges.empty()) return true;
        if (!edged_.request(chip_.get(), with_edges, GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES, 0))
            return false;
        for (unsigned i = 0; i < with_edges.size(); ++i) {
            polled_[i] = {edged_.descriptor(i), POLLIN, 0};
            if (!nonblocking(polled_[i].fd)) return false;
        }
        return true;
    }
    bool read(std::uint64_t& levels, std::span<Edges> edges) override {
        std::uint64_t plain = 0;
        std::uint64_t edged = 0;
        if (!plain_.read(plain) || !edged_.read(edged)) return false;
        levels = 0;
        for (std::size_t i = 0; i < plain_places_.size(); ++i)
            levels |= (plain >> i & 1U) << plain_places_[i];
        for (std::size_t i = 0; i < edge_places_.size(); ++i)
            levels |= (edged >> i & 1U) << edge_places_[i];
        levels ^= inverted_;
        if (edged_.size() == 0 || poll(polled_.data(), edged_.size(), 0) <= 0) return true;
        for (std::size_t i = 0; i < edge_places_.size(); ++i)
            if ((polled_[i].revents & POLLIN) != 0) count(i, edges[edge_places_[i]]);
        return true;
    }
    gpiod_chip* chip() { return chip_.get(); }

private:
    void count(std::size_t index, Edges& edges) {
        const bool swapped = (inverted_ >> edge_places_[index] & 1U) != 0;
        std::array<gpiod_line_event, events_at_once> events{};
        const int found =
            gpiod_line_event_read_fd_multiple(polled_[index].fd, events.data(), events_at_once);
        for (int i = 0; i < found; ++i) {
            const auto type = events[static_cast<std::size_t>(i)].event_type;
            const bool rising = (type == GPIOD_LINE_EVENT_RISING_EDGE) != swapped;
            ++(rising ? edges.rising : edges.falling);
        }
    }

    Chip chip_;
    Lines plain_;
    Lines edged_;
    std::vector<std::size_t> plain_places_;
    std::vector<std::size_t> edge_places_;
    std::array<pollfd, max_lines> polled_{};
    std::uint64_t inverted_ = 0;
};

#else

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* what) const { Free(what); }
};
template <class T, void (*Free)(T*)>
using Owned = std::unique_ptr<T, Freer<T, Free> >;
using Request = Owned<gpiod_line_request, gpiod_line_request_release>;
using Settings = Owned<gpiod_line_settings, gpiod_line_settings_free>;
using LineConfig = Owned<gpiod_line_config, gpiod_line_config_free>;
using RequestConfig = Owned<gpiod_request_config, gpiod_request_config_free>;
using EventBuffer = Owned<gpiod_edge_event_buffer, gpiod_edge_event_buffer_free>;

std::string refusal(gpiod_chip* chip, const std::string& path,
                    const std::vector<process::Line>& lines, const std::string& problem) {
    for (const auto& line : lines) {
        const Owned<gpiod_line_info, gpiod_line_info_free> info(
            gpiod_chip_get_line_info(chip, static_cast<unsigned>(line.number)));
        if (!info) return line_name(path, line.number) + ": the chip has no such line";
        const char* holder = gpiod_line_info_get_consumer(info.get());
        if (gpiod_line_info_is_used(info.get()))
            return line_name(path, line.number) + ": is held by \"" +
                   (holder ? holder : "the kernel") + '"';
    }
    return problem;
}

class ChipOutputs final : public OutputLines {
public:
    ChipOutputs(Chip chip, const std::vector<process::Line>& lines)
        : chip_(std::move(chip)), inverted_(inverted(lines)), count_(lines.size()) {}
    bool request(const std::vector<process::Line>& lines) {
        const Settings settings(gpiod_line_settings_new());
        const LineConfig config(gpiod_line_config_new());
        const RequestConfig request(gpiod_request_config_new());
        if (!settings || !config || !request) return false;
        gpiod_request_config_set_consumer(request.get(), consumer);
        gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_OUTPUT);
        for (const auto& line : lines) {
            const auto number = static_cast<unsigned>(line.number);
            gpiod_line_settings_set_output_value(settings.get(), line.active_low
                                                                     ? GPIOD_LINE_VALUE_ACTIVE
                                                                     : GPIOD_LINE_VALUE_INACTIVE);
            if (gpiod_line_config_add_line_settings(config.get(), &number, 1, settings.get()) != 0)
                return false;
        }
        request_.reset(gpiod_chip_request_lines(chip_.get(), request.get(), config.get()));
        return request_ != nullptr;
    }
    bool set(std::uint64_t levels) override {
        std::array<gpiod_line_value, max_lines> values{};
        levels ^= inverted_;
        for (std::size_t i = 0; i < count_; ++i)
            values[i] =
                (levels >> i & 1U) != 0 ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
        return gpiod_line_request_set_values(request_.get(), values.data()) == 0;
    }
    gpiod_chip* chip() { return chip_.get(); }

private:
    Chip chip_;
    Request request_;
    std::uint64_t inverted_;
    std::size_t count_;
};

class ChipInputs final : public InputLines {
public:
    explicit ChipInputs(Chip chip) : chip_(std::move(chip)) {}
    bool request(const std::vector<WantedInput>& wanted) {
        const Settings settings(gpiod_line_settings_new());
        const LineConfig config(gpiod_line_config_new());
        const RequestConfig request(gpiod_request_config_new());
        buffer_.reset(gpiod_edge_event_buffer_new(max_lines));
        if (!settings || !config || !request || !buffer_) return false;
        gpiod_request_config_set_consumer(request.get(), consumer);
        gpiod_request_config_set_event_buffer_size(request.get(), max_lines * events_at_once);
        gpiod_line_settings_set_direction(settings.get(), GPIOD_LINE_DIRECTION_INPUT);
        std::vector<process::Line> lines;
        for (const auto& input : wanted) {
            lines.push_back(input.line);
            const auto number = static_cast<unsigned>(input.line.number);
            gpiod_line_settings_set_edge_detection(
                settings.get(), input.edges ? GPIOD_LINE_EDGE_BOTH : GPIOD_LINE_EDGE_NONE);
            if (gpiod_line_config_add_line_settings(config.get(), &number, 1, settings.get()) != 0)
                return false;
            numbers_.push_back(number);
        }
        inverted_ = inverted(lines);
        request_.reset(gpiod_chip_request_lines(chip_.get(), request.get(), config.get()));
        return request_ && nonblocking(gpiod_line_request_get_fd(request_.get()));
    }
    bool read(std::uint64_t& levels, std::span<Edges> edges) override {
        std::array<gpiod_line_value, max_lines> values{};
        if (gpiod_line_request_get_values(request_.get(), values.data()) != 0) return false;
        levels = 0;
        for (std::size_t i = 0; i < numbers_.size(); ++i)
            if (values[i] == GPIOD_LINE_VALUE_ACTIVE) levels |= std::uint64_t{1} << i;
        levels ^= inverted_;
        const int found =
            gpiod_line_request_read_edge_events(request_.get(), buffer_.get(), max_lines);
        for (int i = 0; i < found; ++i)
            count(gpiod_edge_event_buffer_get_event(buffer_.get(), static_cast<unsigned long>(i)),
                  edges);
        return true;
    }
    gpiod_chip* chip() { return chip_.get(); }

private:
    void count(gpiod_edge_event* event, std::span<Edges> edges) {
        const auto number = gpiod_edge_event_get_line_offset(event);
        for (std::size_t i = 0; i < numbers_.size(); ++i) {
            if (numbers_[i] != number) continue;
            const bool swapped = (inverted_ >> i & 1U) != 0;
            const bool rising =
                (gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE) != swapped;
            ++(rising ? edges[i].rising : edges[i].falling);
        }
    }

    Chip chip_;
    Request request_;
    EventBuffer buffer_;
    std::vector<unsigned> numbers_;
    std::uint64_t inverted_ = 0;
};

#endif

}  // namespace

OutputsOrError open_outputs(const std::string& chip, const std::vector<process::Line>& lines) {
    Chip opened(gpiod_chip_open(chip.c_str()));
    if (!opened) return shared::Failure{process::system_error(chip, "cannot be opened")};
    auto outputs = std::make_unique<ChipOutputs>(std::move(opened), lines);
    if (lines.size() > max_lines || !outputs->request(lines))
        return shared::Failure{refusal(outputs->chip(), chip, lines,
                                       process::system_error(chip, "the outputs cannot be had"))};
    return std::unique_ptr<OutputLines>(std::move(outputs));
}

InputsOrError open_inputs(const std::string& chip, const std::vector<WantedInput>& lines) {
    Chip opened(gpiod_chip_open(chip.c_str()));
    if (!opened) return shared::Failure{process::system_error(chip, "cannot be opened")};
    auto inputs = std::make_unique<ChipInputs>(std::move(opened));
    if (lines.size() <= max_lines && inputs->request(lines))
        return std::unique_ptr<InputLines>(std::move(inputs));
    const auto problem = process::system_error(chip, "the inputs cannot be had");
    std::vector<process::Line> plain;
    for (const auto& input : lines) plain.push_back(input.line);
    return shared::Failure{refusal(inputs->chip(), chip, plain, problem)};
}

}  // namespace devices
