// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/monitor_check.hpp"

namespace hal {
namespace {

// Keeps in `since` when something began that is still present; true when it has lasted for `time`.
bool lasts(bool present, std::optional<Moment>& since, Moment now, Moment time) {
    if (!present)
        since.reset();
    else if (!since)
        since = now;
    return present && now - *since >= time;
}

}  // namespace

void MonitorCheck::start(bool trusted, bool testing, Moment now) {
    if (!fitted_) return;
    passed_ = trusted;
    passed_at_ = now;
    waits_ = trusted || testing;
    shows_until_ = now + timing::monitor_check_over;
}

void MonitorCheck::tick(const ResidualSample& sample, bool may_run, bool plugged, Moment now) {
    if (!fitted_) return;
    if (lasts(sample.error, error_since_, now, timing::residual_error)) {
        if (!failed_ || running_) begun_plugged_ = plugged;
        shown_ = true;
        return fail(now);
    }
    if (!may_run) return interrupt();
    if (running_) return follow(sample, now);
    const bool unrest = sample.dc || sample.ac || sample.error;
    const bool time_is_up = !shows_until_ || now >= *shows_until_;
    // The test that was trusted is not the last one that was begun.
    if (unrest && waits_) passed_ = false;
    if (time_is_up && !unrest) {
        shows_until_.reset();
        waits_ = false;
    }
    if ((waits_ && !time_is_up) || !due(unrest, plugged, now)) return;
    if (lasts(unrest, unrest_since_, now, timing::residual_at_rest)) {
        begun_plugged_ = plugged;
        shown_ = true;
        return fail(now);
    }
    if (!unrest) begin(plugged, now);
}

// The monitor doesn't know of it and is given its time.
void MonitorCheck::interrupt() {
    waits_ = waits_ || running_;
    running_ = false;
    unrest_since_.reset();
}

// A failure is only cleared by a test without a vehicle, so that the next vehicle may charge. If it
// was to be seen at the outputs, for example because of a residual current when a test was due, the
// next test comes as soon as they are at rest.
bool MonitorCheck::due(bool unrest, bool plugged, Moment now) const {
    if (demanded_) return true;
    if (failed_)
        return !plugged && (begun_plugged_ || (shown_ && !unrest) ||
                            now - failed_at_ >= timing::monitor_check_again);
    return !passed_ || now - passed_at_ >= timing::monitor_check_valid;
}

void MonitorCheck::begin(bool plugged, Moment now) {
    running_ = pulse_ = true;
    demanded_ = passed_ = waits_ = false;
    shows_until_ = now + timing::monitor_check_over;
    dc_seen_ = ac_seen_ = false;
    begun_plugged_ = plugged;
    begin_ = now;
}

void MonitorCheck::follow(const ResidualSample& sample, Moment now) {
    const auto into = now - begin_;
    pulse_ = into < timing::monitor_check_pulse;
    dc_seen_ = dc_seen_ || sample.dc || !dc_;
    ac_seen_ = ac_seen_ || sample.ac;
    const bool answered = dc_seen_ && ac_seen_;
    if (answered && !pulse_ && !sample.dc && !sample.ac)
        pass(now);
    else if (into >= (answered ? timing::monitor_check_over : timing::monitor_check_answers)) {
        shown_ = false;
        fail(now);
    }
}

void MonitorCheck::pass(Moment now) {
    running_ = failed_ = shown_ = false;
    shows_until_.reset();
    passed_ = true;
    passed_at_ = now;
}

void MonitorCheck::fail(Moment now) {
    running_ = passed_ = demanded_ = false;
    failed_ = true;
    failed_at_ = now;
}

}  // namespace hal
