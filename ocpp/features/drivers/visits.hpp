// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the visit of a vehicle at each connector, and takes it up after a restart: the stage of its
// session, whether it was served, who waits for it and whose the held cable is.
//
// While chargepoint-hald has gone on, the visit goes on as if nothing had been. When both processes
// have begun anew nobody can tell whether it is the same vehicle. The safe reading is then that it
// is: it has had its session, its cable is held, and nothing begins for free until it is unplugged.
// An authorization is not taken over, because it was given to whoever stood there.

#include "ocpp/core/context.hpp"

#include <map>
#include <string>
#include <vector>

namespace ocpp::features {

class Visits {
public:
    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);
    // The first reading of a connector in this run, before anything is made of it.
    void found(core::Context& ctx, core::Connector& connector, const hal::Reading& reading);
    // The time is known now, and what was stamped before must be written anew.
    void restamp();
    // Keeps what has changed, after everything else in a step.
    void keep(core::Context& ctx);

private:
    struct Kept {
        core::Visit visit;
        std::string hal_instance;
        bool operator==(const Kept&) const = default;
    };

    std::map<int, std::string> found_;  // by connector: the stored text, until its first reading
    std::map<int, Kept> kept_;          // by connector, as it was kept last in this run
};

}  // namespace ocpp::features
