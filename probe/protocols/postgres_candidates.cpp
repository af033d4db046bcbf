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
  std::vector<Candidate> candidates;
  Failure last;
  for (const Endpoint& endpoint : target.endpoints) {
    if (!endpoint.socket.empty()) {
      candidates.push_back({endpoint.host, "", cat(endpoint.port), printable(endpoint.socket)});
      continue;
    }
    auto resolved =
        co_await resolve(endpoint.address.empty() ? endpoint.host : endpoint.address, attempt);
    if (!resolved) {
      last = resolved.error();
      continue;
    }
    for (const auto& ip : *resolved) candidates.push_back(make_candidate(endpoint, ip));
  }
  if (candidates.empty()) co_return std::unexpected(last);
  co_return candidates;
}

std::string join_column(const std::vector<Candidate>& candidates, std::string Candidate::*column,
                        std::string_view separator) {
  std::string out;
  for (const Candidate& candidate : candidates) {
    if (&candidate != &candidates.front()) out += separator;
    out += candidate.*column;
  }
  return out;
}

}  // namespace probe
