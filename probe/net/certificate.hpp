// Saying what is wrong with a certificate.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace probe {

/// Why the verification in `store` failed (X509_V_ERR_…), for people: expired, self-signed, unknown
/// authority and wrong name are each named as what they are. `host` is the name that was verified.
std::string explain_certificate(X509_STORE_CTX* store, const std::string& host);

/// Whether a certificate ends before so many days from now have passed: says when. Empty if not.
std::string explain_end(const X509* certificate, unsigned days);

}  // namespace probe
