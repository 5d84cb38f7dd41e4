// SPDX-License-Identifier: Apache-2.0
// The empty client: connects, says one BootNotification and answers every call with the same
// bytes. What it reaches is the floor of the machine, to which the other figures are compared.
// With a number it then says as many MeterValues, one after the other as OCPP wants it.

#include "tests/bench/websocket.hpp"

#include <cstdlib>
#include <string>

int main(int count, char** arguments) {
    if (count != 2 && count != 3) return 64;
    auto connection = bench::connect_to(std::atoi(arguments[1]));
    int left = count == 3 ? std::atoi(arguments[2]) : 0;
    connection.request_upgrade("/ocpp/FLOOR");
    connection.send(
        R"([2,"1","BootNotification",{"chargePointVendor":"x","chargePointModel":"y"}])");
    while (const auto text = connection.receive()) {
        if (text->rfind("[3,", 0) == 0 && left > 0) {
            connection.send(
                "[2,\"" + std::to_string(left--) +
                R"(","MeterValues",{"connectorId":1,"transactionId":7,"meterValue":[{"timestamp":)"
                R"("2026-11-22T09:00:00.000Z","sampledValue":[{"value":"1000","measurand":)"
                R"("Energy.Active.Import.Register","unit":"Wh"}]}]}])");
        }
        if (text->rfind("[2,", 0) != 0) continue;
        const std::size_t start = text->find('"');
        const std::size_t end = text->find('"', start + 1);
        connection.send(
            "[3," + text->substr(start, end - start + 1) +
            R"(,{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"}]}])");
    }
}
