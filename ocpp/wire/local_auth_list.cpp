// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/local_auth_list.hpp"

#include "hal-service/shared/json_fields.hpp"

namespace shared {

namespace wire = ocpp::wire;

template struct MessageJson<wire::GetLocalListVersionRequest>;
template struct MessageJson<wire::GetLocalListVersionResponse>;
template struct MessageJson<wire::AuthorizationData>;
template struct MessageJson<wire::SendLocalListRequest>;
template struct MessageJson<wire::SendLocalListResponse>;

}  // namespace shared
