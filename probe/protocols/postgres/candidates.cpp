#include "protocols/postgres/candidates.hpp"

#include "base/text.hpp"
#include "net/connect.hpp"
#include "net/resolver.hpp"
#include "net/task.hpp"
#include "protocols/postgres/password_file.hpp"
#include "protocols/postgres/target.hpp"
#include "target/url.hpp"

#include <algorithm>

namespace probe {
namespace {

Candidate make_candidate(const Endpoint& endpoint, const asio::ip::address& ip) {
  return {std::string(certified_name(endpoint.host)), ip.to_string(), cat(endpoint.port),
          format_address(ip, endpoint.port)};
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

}  // namespace probe
