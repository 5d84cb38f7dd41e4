// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/transactions.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::AuthorizeRequest>;
template struct MessageJson<wire::AuthorizeResponse>;
template struct MessageJson<wire::StartTransactionRequest>;
template struct MessageJson<wire::StartTransactionResponse>;
template struct MessageJson<wire::StopTransactionRequest>;
template struct MessageJson<wire::StopTransactionResponse>;
template struct MessageJson<wire::MeterValuesRequest>;
template struct MessageJson<wire::MeterValuesResponse>;
template struct MessageJson<wire::RemoteStartTransactionRequest>;
template struct MessageJson<wire::RemoteStartTransactionResponse>;
template struct MessageJson<wire::RemoteStopTransactionRequest>;
template struct MessageJson<wire::RemoteStopTransactionResponse>;

}  // namespace shared
