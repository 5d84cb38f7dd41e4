// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys about what is measured and told: meter values, statuses, checks of the contactors.

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<seconds> clock_aligned_data_interval{"ClockAlignedDataInterval", seconds{0}, Access::ReadWrite, 0, a_day,
    "s, between MeterValues at even times of the day, counted from 00:00 UTC; 0 = none"};

inline constexpr Key<List> connector_phase_rotation{"ConnectorPhaseRotation", List{"0.Unknown"}, Access::ReadWrite, 0, max_list_elements,
    "phase order per connector: NotApplicable, Unknown, RST, RTS, SRT, STR, TRS, TSR",
    {.check = check_phase_rotation}};

inline constexpr Key<int> connector_phase_rotation_max_length{"ConnectorPhaseRotationMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
    "most elements of ConnectorPhaseRotation"};

inline constexpr Key<seconds> meter_value_sample_interval{"MeterValueSampleInterval", seconds{60}, Access::ReadWrite, 0, a_day,
    "s, between the periodic MeterValues of a transaction; 0 = none"};

inline constexpr Key<List> meter_values_aligned_data{"MeterValuesAlignedData", List{"Energy.Active.Import.Register"}, Access::ReadWrite, 0, max_list_elements,
    "measurands of the MeterValues at even times; empty means Energy.Active.Import.Register",
    {.check = check_measurands}};

inline constexpr Key<int> meter_values_aligned_data_max_length{"MeterValuesAlignedDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
    "most elements of MeterValuesAlignedData"};

inline constexpr Key<List> meter_values_sampled_data{"MeterValuesSampledData", List{"Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,Current.Offered,Power.Offered"}, Access::ReadWrite, 0, max_list_elements,
    "measurands of the periodic MeterValues; empty means Energy.Active.Import.Register",
    {.check = check_measurands}};

inline constexpr Key<int> meter_values_sampled_data_max_length{"MeterValuesSampledDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
    "most elements of MeterValuesSampledData"};

inline constexpr Key<seconds> minimum_status_duration{"MinimumStatusDuration", seconds{0}, Access::ReadWrite, 0, 3600,
    "s, how long a status must hold before it is reported"};

inline constexpr Key<bool> report_weld_check{"ReportWeldCheck", false, Access::ReadWrite, 0, 0,
    "every check of the contactors is told in a DataTransfer, not only a weld"};

inline constexpr Key<int> stop_transaction_max_meter_values{"StopTransactionMaxMeterValues", 100, Access::ReadOnly, 1, 100,
    "most meter values in StopTransaction; those between begin and end are thinned out"};

inline constexpr Key<List> stop_txn_aligned_data{"StopTxnAlignedData", List{""}, Access::ReadWrite, 0, max_list_elements,
    "measurands at even times, at begin and at end in StopTransaction; empty = none",
    {.check = check_measurands}};

inline constexpr Key<int> stop_txn_aligned_data_max_length{"StopTxnAlignedDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
    "most elements of StopTxnAlignedData"};

inline constexpr Key<List> stop_txn_sampled_data{"StopTxnSampledData", List{""}, Access::ReadWrite, 0, max_list_elements,
    "periodic measurands, also at begin and at end, in StopTransaction; empty = none",
    {.check = check_measurands}};

inline constexpr Key<int> stop_txn_sampled_data_max_length{"StopTxnSampledDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
    "most elements of StopTxnSampledData"};

inline constexpr Key<bool> weld_check{"WeldCheck", true, Access::ReadWrite, 1, 1,
    "the contactors are checked for welding; this protection cannot be switched off"};
// clang-format on

// Every key of this file.
inline constexpr std::array all_reports{
    row(clock_aligned_data_interval),
    row(connector_phase_rotation),
    row(connector_phase_rotation_max_length),
    row(meter_value_sample_interval),
    row(meter_values_aligned_data),
    row(meter_values_aligned_data_max_length),
    row(meter_values_sampled_data),
    row(meter_values_sampled_data_max_length),
    row(minimum_status_duration),
    row(report_weld_check),
    row(stop_transaction_max_meter_values),
    row(stop_txn_aligned_data),
    row(stop_txn_aligned_data_max_length),
    row(stop_txn_sampled_data),
    row(stop_txn_sampled_data_max_length),
    row(weld_check),
};

}  // namespace ocpp::keys
