#include "protocols/postgres/connection.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "net/connect.hpp"
#include "net/resolver.hpp"
#include "net/task.hpp"
#include "net/tls.hpp"
#include "protocols/postgres/diagnosis.hpp"
#include "protocols/postgres/target.hpp"
#include "target/url.hpp"

#include <libpq-fe.h>

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace probe {
namespace {

Candidate make_candidate(const Endpoint& endpoint, const asio::ip::address& ip) {
  return {std::string(certified_name(endpoint.host)), ip.to_string(), cat(endpoint.port),
          format_address(ip, endpoint.port)};
}

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

Task<std::expected<std::vector<Candidate>, Failure>> find_candidates(const Target& target,
                                                                     Attempt& attempt) {
  if (const std::string& left_out = data_of<PostgresTarget>(target).left_out; !left_out.empty())
    attempt.note(Stage::resolve, cat("parameters left out: ", left_out));
  std::vector<std::string> hosts;
  for (const Endpoint& endpoint : target.endpoints) {
    if (endpoint.socket.empty())
      hosts.push_back(endpoint.address.empty() ? endpoint.host : endpoint.address);
  }
  const auto resolved = co_await resolve_all(std::move(hosts), attempt);
  std::vector<Candidate> candidates;
  auto next = resolved.begin();
  for (const Endpoint& endpoint : target.endpoints) {
    if (!endpoint.socket.empty()) {
      candidates.push_back({endpoint.host, "", cat(endpoint.port), printable(endpoint.socket)});
    } else if (const Addresses& addresses = *next++; addresses) {
      for (const auto& ip : *addresses) candidates.push_back(make_candidate(endpoint, ip));
    }
  }
  if (candidates.empty()) co_return std::unexpected(resolved.back().error());
  co_return candidates;
}

std::string join_column(const std::vector<Candidate>& candidates, CandidateField column,
                        std::string_view separator) {
  std::string out;
  for (const Candidate& candidate : candidates) {
    if (&candidate != &candidates.front()) out += separator;
    out += candidate.*column;
  }
  return out;
}

std::size_t current_candidate(const std::vector<Candidate>& candidates, const PGconn* connection) {
  const std::string_view host = PQhost(connection);
  const std::string_view address = PQhostaddr(connection);
  const std::string_view port = PQport(connection);
  const auto found = std::ranges::find_if(candidates, [&](const Candidate& c) {
    return c.address == address && c.port == port && (c.host == host || !address.empty());
  });
  return found == candidates.end() ? 0 : static_cast<std::size_t>(found - candidates.begin());
}

std::vector<std::pair<std::string, Secret>> connection_parameters(
    const Target& target, const std::vector<Candidate>& candidates, bool logs_in) {
  std::vector<std::pair<std::string, Secret>> parameters{
      {"host", Secret(join_column(candidates, &Candidate::host))},
      {"hostaddr", Secret(join_column(candidates, &Candidate::address))},
      {"port", Secret(join_column(candidates, &Candidate::port))},
      {"user", Secret(target.user.value_or("postgres"))},
      {"fallback_application_name", Secret("probe")}};
  if (target.password) parameters.emplace_back("password", *target.password);
  const auto& theirs = data_of<PostgresTarget>(target).parameters;
  parameters.insert(parameters.end(), theirs.begin(), theirs.end());
  // A stored password is for a login; the place named here cannot exist.
  if (!logs_in || !ignored_password_file(target).empty())
    parameters.emplace_back("passfile", Secret("/dev/null/none"));
  return parameters;
}

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
