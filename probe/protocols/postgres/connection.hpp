// The addresses that libpq is to try, and what libpq 15 leaves to be done of TLS.
#pragma once

#include "base/outcome.hpp"
#include "net/attempt.hpp"
#include "net/task.hpp"
#include "target/target.hpp"

#include <libpq-fe.h>

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace probe {

/// One address of one host, as libpq takes it.
struct Candidate {
  std::string host;     ///< as its certificate has it
  std::string address;  ///< empty for a socket directory
  std::string port;
  std::string text;  ///< for people
  bool stalled = false;
};

/// Looks up all hosts of `target` at once; fails only if none has an address.
Task<std::expected<std::vector<Candidate>, Failure>> find_candidates(const Target& target,
                                                                     Attempt& attempt);

using CandidateField = std::string Candidate::*;

/// One field of all candidates as a list, by default as libpq has them ("host", "hostaddr",
/// "port").
std::string join_column(const std::vector<Candidate>& candidates, CandidateField column,
                        std::string_view separator = ",");

/// The one that libpq is at, as an index.
std::size_t current_candidate(const std::vector<Candidate>& candidates, const PGconn* connection);

/// What libpq is told, as its keywords and their values; the last one of several counts. Unless it
/// `logs_in`, no password file is read.
std::vector<std::pair<std::string, Secret>> connection_parameters(
    const Target& target, const std::vector<Candidate>& candidates, bool logs_in);

/// Before libpq's first handshake: our security level, the reason when a certificate is refused,
/// and no prompt for a key's password. False if that cannot be had.
bool prepare_libpq_tls();

/// The same, but only if what libpq is about to read there is the server's consent to TLS: to set
/// OpenSSL up costs half as much as a check without it.
bool prepare_if_accepted(int socket);

/// In `stage`: that TLS is as strong as it has to be and, once the handshake is over, that the
/// server's certificate holds for so many more days.
std::expected<void, Failure> check_tls(PGconn* connection, Stage stage, unsigned days);
/// The connection's TLS is below our security level, and must not be used.
Failure weak_tls();

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
