#include "protocols/postgres/tls.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "net/tls.hpp"

#include <libpq-fe.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace probe {
namespace {

constexpr std::string_view system_roots = "system";

/// Where libpq looks by itself (libpq, "SSL Support"); empty without a home.
std::string personal_roots() {
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? "" : cat(home, "/.postgresql/root.crt");
}

/// For want of `sslpassword`: nothing, where OpenSSL would ask on the terminal.
int no_prompt(char* buffer, int size, PGconn* connection) {
  return PQdefaultSSLKeyPassHook_OpenSSL(buffer, size, connection);
}

}  // namespace

bool prepare_libpq_tls() {
  PQsetSSLKeyPassHook_OpenSSL(no_prompt);
  return watch_other_handshakes();
}

bool prepare_if_accepted(int socket) {
  char answer = 0;
  const bool accepted = ::recv(socket, &answer, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && answer == 'S';
  return !accepted || prepare_libpq_tls();
}

std::expected<void, Failure> check_tls(PGconn* connection, Stage stage, unsigned days) {
  const void* ssl = PQsslStruct(connection, "OpenSSL");
  if (stage == Stage::tls && ssl != nullptr && !is_strong(ssl)) return std::unexpected(weak_tls());
  if (stage != Stage::login || days == 0) return {};
  std::string problem = certificate_end(ssl, days);
  if (problem.empty()) return {};
  return std::unexpected(Failure{Stage::expect, Reason::certificate, std::move(problem), ""});
}

Failure weak_tls() {
  return {Stage::tls, Reason::protocol, "TLS is configured below security level 2", ""};
}

Failure explain_tls(Failure failure) {
  std::string problem = take_certificate_problem();
  if (failure.reason == Reason::certificate && !problem.empty())
    failure.detail = std::move(problem);
  return failure;
}

void forget_tls() {
  take_certificate_problem();
}

Parsed<std::string> root_certificates(const std::string& sslmode, const std::string& sslrootcert) {
  const bool verified = sslmode.starts_with("verify-");
  if (sslrootcert == system_roots && !sslmode.empty() && sslmode != "verify-full") {
    return usage_error(
        cat("sslrootcert=system needs sslmode=verify-full, not ", printable(sslmode)));
  }
  if (!sslrootcert.empty() && sslrootcert != system_roots) {
    if (!verified || ::access(sslrootcert.c_str(), R_OK) == 0) return sslrootcert;
    return usage_error(
        cat("sslrootcert: cannot read \"", printable(sslrootcert), "\": ", std::strerror(errno)));
  }
  if (sslrootcert.empty() && !verified) return "";
  if (sslrootcert.empty()) {
    std::string file = personal_roots();
    if (!file.empty() && ::access(file.c_str(), R_OK) == 0) return file;
    // Without a name to verify, whoever has a certificate of a public authority would pass.
    if (sslmode == "verify-ca") {
      return usage_error(
          cat(file.empty() ? "could not get home directory to locate root certificate file"
                           : cat("root certificate file \"", printable(file), "\" does not exist"),
              "; give sslrootcert, or use sslmode=verify-full"));
    }
  }
  return trusted_roots_file();
}

}  // namespace probe
