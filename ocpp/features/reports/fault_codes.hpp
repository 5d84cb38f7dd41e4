// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which error code of OCPP 1.6 7.6 a fault of the hardware is; its own name goes along as
// vendorErrorCode.

#include "hal-service/shared/messages.hpp"
#include "ocpp/wire/core_profile.hpp"

namespace ocpp::features {

constexpr wire::ChargePointErrorCode error_code_of(hal::FaultCode code) {
    using enum hal::FaultCode;
    using Error = wire::ChargePointErrorCode;
    switch (code) {
        case PWMVoltageError:
        case PilotGrounded:
        case B1NoDiode:
        case DStateNotSupported: return Error::EVCommunicationError;
        case RelayWelded:
        case RelayStuckOpen: return Error::PowerSwitchFailure;
        case ResidualCurrentAC:
        case ResidualCurrentDC:
        case RcdSelfTest:
        case ProtectiveEarth: return Error::GroundFailure;
        case MeterCalibration:
        case MeterOffline: return Error::PowerMeterFailure;
        case OverTemperature: return Error::HighTemperature;
        case OverCurrentL1:
        case OverCurrentL2:
        case OverCurrentL3: return Error::OverCurrentFailure;
        case UnderVoltage: return Error::UnderVoltage;
        case OverVoltage: return Error::OverVoltage;
        case ConnectorLock: return Error::ConnectorLockFailure;
        case ReaderOffline: return Error::ReaderFailure;
        case LoopOverrun: return Error::InternalError;
        case PhaseLoss:
        case Frequency:
        case Proximity:
        case RelaySupply:
        case TemperatureSensor:
        case Tamper: return Error::OtherError;
    }
    return Error::OtherError;
}

}  // namespace ocpp::features
