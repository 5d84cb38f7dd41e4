// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 chapter 7: MeterValue, in MeterValues and in StopTransaction.

#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "ocpp/wire/time.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace ocpp::wire {

using shared::Field;
using shared::List;
using shared::Text;

enum class ReadingContext {
    InterruptionBegin,
    InterruptionEnd,
    SampleClock,
    SamplePeriodic,
    TransactionBegin,
    TransactionEnd,
    Trigger,
    Other
};
constexpr auto names(ReadingContext) {
    return std::array{"Interruption.Begin", "Interruption.End", "Sample.Clock", "Sample.Periodic",
                      "Transaction.Begin",  "Transaction.End",  "Trigger",      "Other"};
}

enum class ValueFormat { Raw, SignedData };
constexpr auto names(ValueFormat) { return std::array{"Raw", "SignedData"}; }

enum class Measurand {
    EnergyActiveExportRegister,
    EnergyActiveImportRegister,
    EnergyReactiveExportRegister,
    EnergyReactiveImportRegister,
    EnergyActiveExportInterval,
    EnergyActiveImportInterval,
    EnergyReactiveExportInterval,
    EnergyReactiveImportInterval,
    PowerActiveExport,
    PowerActiveImport,
    PowerOffered,
    PowerReactiveExport,
    PowerReactiveImport,
    PowerFactor,
    CurrentImport,
    CurrentExport,
    CurrentOffered,
    Voltage,
    Frequency,
    Temperature,
    SoC,
    RPM
};
constexpr auto names(Measurand) {
    return std::array{"Energy.Active.Export.Register",
                      "Energy.Active.Import.Register",
                      "Energy.Reactive.Export.Register",
                      "Energy.Reactive.Import.Register",
                      "Energy.Active.Export.Interval",
                      "Energy.Active.Import.Interval",
                      "Energy.Reactive.Export.Interval",
                      "Energy.Reactive.Import.Interval",
                      "Power.Active.Export",
                      "Power.Active.Import",
                      "Power.Offered",
                      "Power.Reactive.Export",
                      "Power.Reactive.Import",
                      "Power.Factor",
                      "Current.Import",
                      "Current.Export",
                      "Current.Offered",
                      "Voltage",
                      "Frequency",
                      "Temperature",
                      "SoC",
                      "RPM"};
}

enum class Phase { L1, L2, L3, N, L1N, L2N, L3N, L1L2, L2L3, L3L1 };
constexpr auto names(Phase) {
    return std::array{"L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1"};
}

enum class Location { Cable, EV, Inlet, Outlet, Body };
constexpr auto names(Location) { return std::array{"Cable", "EV", "Inlet", "Outlet", "Body"}; }

// Celcius is how schemas before 2019-12 spell it; understood, never sent (OCPP-J errata 2).
enum class UnitOfMeasure {
    Wh,
    kWh,
    varh,
    kvarh,
    W,
    kW,
    VA,
    kVA,
    var,
    kvar,
    A,
    V,
    K,
    Celsius,
    Fahrenheit,
    Percent,
    Celcius
};
constexpr auto names(UnitOfMeasure) {
    return std::array{"Wh", "kWh",     "varh",       "kvarh",   "W",      "kW",
                      "VA", "kVA",     "var",        "kvar",    "A",      "V",
                      "K",  "Celsius", "Fahrenheit", "Percent", "Celcius"};
}

struct SampledValue {
    std::string value{};                      // decimal text, or hex of signed data
    std::optional<ReadingContext> context{};  // absent: Sample.Periodic
    std::optional<ValueFormat> format{};      // absent: Raw
    std::optional<Measurand> measurand{};     // absent: Energy.Active.Import.Register
    std::optional<Phase> phase{};             // absent: overall value
    std::optional<Location> location{};       // absent: Outlet
    std::optional<UnitOfMeasure> unit{};      // absent: Wh

    bool operator==(const SampledValue&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"value", &SampledValue::value}, Field{"context", &SampledValue::context},
                  Field{"format", &SampledValue::format},
                  Field{"measurand", &SampledValue::measurand},
                  Field{"phase", &SampledValue::phase}, Field{"location", &SampledValue::location},
                  Field{"unit", &SampledValue::unit});
    }
};

struct MeterValue {
    DateTime timestamp{};
    List<SampledValue, 1, max_sampled_values> sampled_value{};

    bool operator==(const MeterValue&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"timestamp", &MeterValue::timestamp},
                  Field{"sampledValue", &MeterValue::sampled_value});
    }
};

}  // namespace ocpp::wire
