// TLS to Postgres: what libpq 15 leaves to be done.
#pragma once

#include "net/attempt.hpp"
#include "protocols/postgres_candidates.hpp"
#include "target/target.hpp"

#include <asio/awaitable.hpp>

#include <optional>
#include <string>

namespace probe {

/// The file of trusted roots that libpq is to read, given `sslmode` and `sslrootcert`: what the
/// user named, else
/// ~/.postgresql/root.crt if there is one, else the system's roots, else those built in. `system`
/// means the last two, as in libpq 16. Empty if nothing is verified.
Parsed<std::string> root_certificates(const std::string& sslmode, const std::string& sslrootcert);

/// libpq only says "certificate verify failed". A handshake of our own, on a second connection to
/// the same address, tells whether it is expired, self-signed or of an unknown authority; nothing
/// if that one succeeds.
asio::awaitable<std::optional<Failure>> explain_certificate_failure(const Target& target,
                                                                    const Candidate& candidate,
                                                                    Attempt& attempt);

}  // namespace probe
