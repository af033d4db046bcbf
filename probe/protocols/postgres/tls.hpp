// TLS to Postgres: what libpq 15 leaves to be done.
#pragma once

#include "base/outcome.hpp"

#include <libpq-fe.h>

#include <expected>
#include <string>

namespace probe {

/// Before libpq's first handshake: our security level, the reason when a certificate is refused,
/// and no prompt for a key's password. False if that cannot be had.
bool prepare_libpq_tls();

/// The same, but only if what libpq is about to read there is the server's consent to TLS: to set
/// OpenSSL up costs half as much as a check without it.
bool prepare_if_accepted(int socket);

/// The connection's TLS is below our security level, and must not be used.
Failure weak_tls();

/// In `stage`: that TLS is as strong as it has to be and, once the handshake is over, that the
/// server's certificate holds for so many more days.
std::expected<void, Failure> check_tls(PGconn* connection, Stage stage, unsigned days);

/// `failure` with the reason why a certificate was refused: libpq only says "certificate verify
/// failed".
Failure explain_tls(Failure failure);

/// Forgets a refusal to which libpq answered by going on without TLS (sslmode=prefer).
void forget_tls();

/// The file of trusted roots that libpq is to read, given `sslmode` and `sslrootcert`: what the
/// user named, else ~/.postgresql/root.crt if there is one, else, for `verify-full`, the system's
/// roots or those built in. `system` means these, as in libpq 16. Empty if nothing is verified.
Parsed<std::string> root_certificates(const std::string& sslmode, const std::string& sslrootcert);

}  // namespace probe
