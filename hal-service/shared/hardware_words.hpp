// SPDX-License-Identifier: Apache-2.0
#pragma once
// The words in which both processes speak of the hardware, without the messages that carry them.

#include <array>
#include <cstddef>

namespace hal {

inline constexpr std::size_t max_connectors = 8;

// 1..n as in OCPP 1.6 3.8; 0, the whole charge point, never crosses this socket.
using ConnectorId = int;

enum class ConnectorType { Type2Cable, Type2Socket, Schuko };
constexpr auto names(ConnectorType) { return std::array{"type2-cable", "type2-socket", "schuko"}; }

// The vehicle's part of the pilot state, IEC 61851-1 Table A.4; what the pilot does itself is
// `pwm`. An outlet without a pilot shows A (nothing plugged in), B (plugged in) and C (switched
// on).
enum class PilotState { A, B, C, D, E, F };
constexpr auto names(PilotState) { return std::array{"A", "B", "C", "D", "E", "F"}; }

enum class FaultCode {
    PWMVoltageError,
    PilotGrounded,
    B1NoDiode,
    DStateNotSupported,
    RelayWelded,
    RelayStuckOpen,
    ResidualCurrentAC,
    ResidualCurrentDC,
    RcdSelfTest,
    MeterCalibration,
    MeterOffline,
    OverTemperature,
    OverCurrentL1,
    OverCurrentL2,
    OverCurrentL3,
    PhaseLoss,
    ProtectiveEarth,
    UnderVoltage,
    OverVoltage,
    Frequency,
    ConnectorLock,
    ReaderOffline,
    LoopOverrun,
    Tamper,
    Proximity,
    TemperatureSensor,
    RelaySupply
};
constexpr auto names(FaultCode) {
    return std::array{
        "PWMVoltageError", "PilotGrounded",     "B1NoDiode",         "DStateNotSupported",
        "RelayWelded",     "RelayStuckOpen",    "ResidualCurrentAC", "ResidualCurrentDC",
        "RcdSelfTest",     "MeterCalibration",  "MeterOffline",      "OverTemperature",
        "OverCurrentL1",   "OverCurrentL2",     "OverCurrentL3",     "PhaseLoss",
        "ProtectiveEarth", "UnderVoltage",      "OverVoltage",       "Frequency",
        "ConnectorLock",   "ReaderOffline",     "LoopOverrun",       "Tamper",
        "Proximity",       "TemperatureSensor", "RelaySupply"};
}

// One value for L1, L2, L3.
template <class Q>
using PerPhase = std::array<Q, 3>;

// The indication of a connector to a person. The hardware shows a fault that prevents charging, or
// a lost daemon, instead.
enum class Indication {
    Available,
    Authorizing,  // a tag waits for its answer
    Accepted,
    Refused,
    Preparing,
    Charging,
    LoadBalancing,  // charging with less than the connector could give, because others need it
    SuspendedEV,
    SuspendedEVSE,
    Finishing,
    Reserved,
    Unavailable,
    Faulted,
    Updating
};
constexpr auto names(Indication) {
    return std::array{"Available", "Authorizing",   "Accepted",    "Refused",       "Preparing",
                      "Charging",  "LoadBalancing", "SuspendedEV", "SuspendedEVSE", "Finishing",
                      "Reserved",  "Unavailable",   "Faulted",     "Updating"};
}

}  // namespace hal
