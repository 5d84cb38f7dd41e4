// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/local_list.hpp"

#include "ocpp/config/keys/drivers.hpp"

namespace ocpp::features {

using namespace core;

namespace {

static_assert(keys::local_auth_list_max_length.fallback == LocalList::max_tags);
static_assert(keys::send_local_list_max_length.fallback == LocalList::max_update);

}  // namespace

wire::GetLocalListVersionResponse local_list_version(const State& state) {
    return {state.uses_local_list() ? state.local_list.version() : -1};
}

wire::SendLocalListResponse update_local_list(Context& ctx,
                                              const wire::SendLocalListRequest& request) {
    auto& state = ctx.state;
    if (!state.uses_local_list()) return {wire::UpdateStatus::NotSupported};
    const auto verdict = state.local_list.update(request, ctx.out);
    if (verdict.status != wire::UpdateStatus::Accepted) {
        ctx.note(Severity::Warning, "authorization", "local list refused: " + verdict.why,
                 {{"status", shared::name_of(verdict.status)}});
        return {verdict.status};
    }
    // 3.5.3: what is in the list is not in the cache.
    if (request.local_authorization_list)
        for (const auto& data : *request.local_authorization_list)
            state.cache.forget(data.id_tag, ctx.out);
    ctx.note(Severity::Info, "authorization", "local list updated",
             {{"version", state.local_list.version()}, {"tags", state.local_list.size()}});
    return {verdict.status};
}

}  // namespace ocpp::features
