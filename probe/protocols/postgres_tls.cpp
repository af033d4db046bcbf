#include "protocols/postgres_tls.hpp"

#include "base/text.hpp"
#include "net/connect.hpp"
#include "net/tls.hpp"
#include "target/url.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace probe {
namespace {

constexpr std::string_view system_roots = "system";

/// Where libpq looks by itself (libpq, "SSL Support").
std::string personal_roots() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return "";
  std::string file = cat(home, "/.postgresql/root.crt");
  if (::access(file.c_str(), R_OK) != 0) file.clear();
  return file;
}

/// Asks for TLS (PostgreSQL, "SSL Session Encryption"); true if the server agrees.
asio::awaitable<bool> request_tls(Descriptor& descriptor, Attempt& attempt) {
  constexpr std::array<char, 8> ssl_request{0, 0, 0, 8, 4, '\xd2', '\x16', '\x2f'};
  const ssize_t sent =
      ::send(descriptor.native_handle(), ssl_request.data(), ssl_request.size(), MSG_NOSIGNAL);
  if (sent != std::ssize(ssl_request)) co_return false;
  co_await wait_for(attempt.io(), descriptor, Descriptor::wait_read);
  char answer = 0;
  co_return ::recv(descriptor.native_handle(), &answer, 1, 0) == 1 && answer == 'S';
}

}  // namespace

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
    if (std::string file = personal_roots(); !file.empty()) return file;
  }
  return trusted_roots_file();
}

asio::awaitable<std::optional<Failure>> explain_certificate_failure(const Target& target,
                                                                    const Candidate& candidate,
                                                                    Attempt& attempt) {
  const auto roots =
      std::ranges::find(target.parameters, "sslrootcert", &std::pair<std::string, Secret>::first);
  if (roots == target.parameters.end()) co_return std::nullopt;
  CheckOptions options;
  options.cacert = roots->second.reveal();
  const auto context = make_tls_context(options, candidate.host, "");
  if (!context) co_return std::nullopt;
  const Endpoint endpoint{.host = candidate.host,
                          .address = candidate.address,
                          .port = parse_port(candidate.port).value_or(0),
                          .socket = ""};
  auto descriptor = co_await connect(endpoint, attempt);
  if (!descriptor) co_return std::nullopt;
  attempt.waiting(Stage::tls, "handshake not finished");
  if (!co_await request_tls(*descriptor, attempt)) co_return std::nullopt;
  const auto stream = co_await start_tls(*std::move(descriptor), **context, attempt);
  if (stream) co_return std::nullopt;
  co_return stream.error();
}

}  // namespace probe
