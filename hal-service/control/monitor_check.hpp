// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tests the residual current monitor before each session, IEC 62955: it is told to test itself, and
// both of its outputs must come and go. A test also lets the monitor find its zero again.
//
// The monitor has a supply and a time of its own. A test that the charge point no longer follows,
// because of a dip or because another process began it, goes on in the monitor: what it shows until
// then behind contactors that are proven open is no residual current.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"

#include <optional>

namespace hal {

class MonitorCheck {
public:
    // Without `dc` the monitor has no output for direct current (a household socket's).
    MonitorCheck(bool fitted, bool dc) : fitted_(fitted), dc_(dc) {}

    // Called once. With `trusted` the test was passed before this process began, for a session that
    // goes on; with `testing` one may still go on.
    void start(bool trusted, bool testing, Moment now);
    // With `may_run` the contactors are proven open, nothing is offered, and the supply is there.
    void tick(const ResidualSample& sample, bool may_run, bool plugged, Moment now);
    // A session has ended: the next one needs a new test.
    void renew() { passed_ = false; }
    // A technician wants a test as soon as it may run, whatever was found before.
    void demand() {
        passed_ = false;
        demanded_ = true;
    }
    bool pending() const { return demanded_ || running_; }

    bool pulse() const { return running_ && pulse_; }  // for Outputs::monitor_check
    bool running() const { return running_; }
    // True: what the outputs show may be a test.
    bool may_show() const { return running_ || shows_until_; }
    // True: a test is followed, or has to end by itself before anything else may begin.
    bool busy() const { return running_ || waits_; }
    bool passed() const { return passed_; }
    bool failed() const { return failed_; }
    // True: a session may begin, or go on being offered.
    bool valid(Moment now) const {
        return !fitted_ ||
               (passed_ && !failed_ && !busy() && now - passed_at_ < timing::monitor_check_valid);
    }

private:
    void begin(bool plugged, Moment now);
    void interrupt();
    void follow(const ResidualSample& sample, Moment now);
    void pass(Moment now);
    void fail(Moment now);
    bool due(bool unrest, bool plugged, Moment now) const;

    const bool fitted_;
    const bool dc_;
    bool running_ = false;
    bool demanded_ = false;
    bool pulse_ = false;
    bool dc_seen_ = false;
    bool ac_seen_ = false;
    bool passed_ = false;
    bool failed_ = false;
    // The failure was what the outputs showed before a test. A test that is interrupted before it
    // has said more changes nothing of that.
    bool shown_ = false;
    bool begun_plugged_ = false;
    bool waits_ = false;
    Moment begin_{0};
    Moment passed_at_{0};
    Moment failed_at_{0};
    // Until then a test may go on in the monitor, and until it is at rest afterwards.
    std::optional<Moment> shows_until_;
    std::optional<Moment> error_since_;
    std::optional<Moment> unrest_since_;
};

}  // namespace hal
