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

void MonitorCheck::tick(const ResidualSample& sample, bool may_run, bool plugged, Moment now) {
    if (!fitted_) return;
    if (lasts(sample.error, error_since_, now, timing::residual_error)) {
        if (!failed_ || running_) begun_plugged_ = plugged;
        return fail(now);
    }
    if (!may_run) {
        running_ = false;
        unrest_since_.reset();
        return;
    }
    if (running_) return follow(sample, now);
    if (!due(plugged, now)) return;
    const bool unrest = sample.dc || sample.ac || sample.error;
    if (lasts(unrest, unrest_since_, now, timing::residual_at_rest)) {
        begun_plugged_ = plugged;
        return fail(now);
    }
    if (!unrest) begin(plugged, now);
}

void MonitorCheck::trust(Moment now) {
    passed_ = true;
    passed_at_ = now;
}

// A failure is only cleared by a test without a vehicle, so that the next vehicle may charge.
bool MonitorCheck::due(bool plugged, Moment now) const {
    if (demanded_) return true;
    if (failed_)
        return !plugged && (begun_plugged_ || now - failed_at_ >= timing::monitor_check_again);
    return !passed_ || now - passed_at_ >= timing::monitor_check_valid;
}

void MonitorCheck::begin(bool plugged, Moment now) {
    running_ = pulse_ = true;
    demanded_ = false;
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
    else if (into >= (answered ? timing::monitor_check_over : timing::monitor_check_answers))
        fail(now);
}

void MonitorCheck::pass(Moment now) {
    running_ = failed_ = false;
    passed_ = true;
    passed_at_ = now;
}

void MonitorCheck::fail(Moment now) {
    running_ = passed_ = demanded_ = false;
    failed_ = true;
    failed_at_ = now;
}

}  // namespace hal
