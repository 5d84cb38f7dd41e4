// SPDX-License-Identifier: Apache-2.0
// Requests for a certificate of the charge point: SignCertificate over cuts, restarts and refusals,
// each with a key of its own. Security white paper A02, A03.

#include "ocpp/features/security/signing_request.hpp"
#include "tests/ocpp/charge_point/own_certificates.hpp"

namespace signing_request_test {

using namespace own_certificates;
using ocpp::features::SigningRequest;
using std::chrono::days;
using std::chrono::hours;

SCENARIO_IN_WORLD_WITH("a certificate may come long after its request, over a restart",
                       with_certificate()) {
    w.boot();
    trigger(w);
    w.restart();
    w.wait(seconds{50}).power_cut();
    const auto text = chain(asked_key(w));
    check(w, signed_with(w, text), "Accepted");
    if (w.disturbed()) return;
    CHECK(count(w, "SignCertificate") == 1);
    CHECK(presented(w) == text);
    CHECK(request_of(w).is_null());
}

TEST_CASE("each request has a key of its own, and replaces the one before") {
    World w{for_long(with_certificate())};
    w.boot();
    const auto first = sign_next(w);
    const auto second = sign_next(w);
    CHECK(first != second);
    CHECK(count(w, "SignCertificate") == 2);
    check(w, signed_with(w, first), "Rejected");
    CHECK(w.private_keys.size() == 2);
    check(w, signed_with(w, second), "Accepted");
    CHECK(presented(w) == second);
    w.settle().check_books();
}

TEST_CASE("a request that waits to be sent is replaced before it is") {
    World w{for_long(with_certificate())};
    w.boot();
    w.silent = {"Heartbeat"};
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    trigger(w);
    trigger(w);
    w.silent.clear();
    w.wait(seconds{60});
    CHECK(count(w, "SignCertificate") == 1);
    CHECK(asked_key(w) == 102);
    check(w, signed_with(w, chain(102)), "Accepted");
    w.settle().check_books();
}

TEST_CASE("a request that is refused is dropped with its key, and not made again by itself") {
    for (const bool by_error : {false, true}) {
        World w{for_long(with_certificate())};
        w.boot();
        if (by_error)
            w.call_errors = {{"SignCertificate", "InternalError"}};
        else
            w.garbage = [](const std::string& action) {
                return action == "SignCertificate" ? R"({"status":"Rejected"})" : "";
            };
        check(w, trigger(w), "Accepted");
        CHECK(request_of(w).is_null());
        CHECK(w.private_keys.size() == 1);
        check(w, signed_with(w, chain(asked_key(w))), "Rejected");
        w.wait(days{5});
        CHECK(count(w, "SignCertificate") == 1);
        CHECK(presented(w) == file_chain());
        w.settle().check_books();
    }
}

TEST_CASE("a request that is never answered is sent again, so often and no more") {
    World w{for_long(with_certificate())};
    w.boot();
    w.silent = {"SignCertificate"};
    trigger(w);
    w.wait(days{2});
    CHECK(count(w, "SignCertificate") == SigningRequest::max_sent);
    CHECK(request_of(w)["state"] == "was never answered");
    w.power_cut().wait(days{1});
    CHECK(count(w, "SignCertificate") == SigningRequest::max_sent);
    // It was heard all the same.
    w.silent.clear();
    check(w, signed_with(w, chain(asked_key(w))), "Accepted");
    CHECK(presented(w) == chain(asked_key(w)));
    w.settle().check_books();
}

TEST_CASE("restarts and cuts do not multiply a request without end") {
    World w{for_long(with_certificate())};
    w.boot();
    w.silent = {"SignCertificate"};
    trigger(w);
    for (int i = 0; i < 12; ++i) w.disconnect().connect().restart();
    CHECK(count(w, "SignCertificate") <= SigningRequest::max_sent);
    CHECK(count(w, "SignCertificate") >= 5);
    w.settle().check_books();
}

TEST_CASE("a key that takes its time is not made twice, and a restart asks for it again") {
    World w{for_long(with_certificate())};
    w.boot();
    w.makes_keys_slowly = true;
    check(w, trigger(w), "Accepted");
    check(w, trigger(w), "Accepted");
    CHECK(count(w, "SignCertificate") == 0);
    CHECK(request_of(w)["state"] == "its key is being made");
    w.restart();
    CHECK(count(w, "SignCertificate") == 0);
    w.set_key("CpoName", "Another operator");
    w.makes_keys_slowly = false;
    w.wait(seconds{1});
    // The first key had the old name in its request.
    CHECK(count(w, "SignCertificate") == 1);
    CHECK(asked_key(w) == 102);
    check(w, signed_with(w, chain(102)), "Accepted");
    w.settle().check_books();
}

TEST_CASE("a key that can't be made is tried again, and then the old request counts") {
    World w{for_long(with_certificate())};
    w.boot();
    const auto first = sign_next(w);
    w.key_failure = "no space left on device";
    check(w, trigger(w), "Accepted");
    w.wait(hours{1});
    CHECK(request_of(w)["state"] == "waits for CertificateSigned");
    CHECK(count(w, "SignCertificate") == 1);
    check(w, signed_with(w, first), "Accepted");
    trigger(w);
    w.wait(seconds{90});
    w.key_failure.clear();
    w.wait(seconds{60});
    CHECK(count(w, "SignCertificate") == 2);
    check(w, signed_with(w, chain(asked_key(w))), "Accepted");
    w.settle().check_books();
}

}  // namespace signing_request_test
