#include "protocols/postgres_candidates.hpp"

#include "base/text.hpp"
#include "net/connect.hpp"
#include "net/resolver.hpp"
#include "target/url.hpp"

namespace probe {
namespace {

Candidate make_candidate(const Endpoint& endpoint, const asio::ip::address& ip) {
  return {std::string(certified_name(endpoint.host)), ip.to_string(), cat(endpoint.port),
          format_address(ip, endpoint.port)};
}

}  // namespace

asio::awaitable<std::expected<std::vector<Candidate>, Failure>> find_candidates(
    const Target& target, Attempt& attempt) {
  if (!target.left_out.empty())
    attempt.note(Stage::resolve, cat("parameters left out: ", target.left_out));
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

}  // namespace probe
