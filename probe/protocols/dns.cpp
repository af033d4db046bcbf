// dns: one question to one name server (RFC 1035), over UDP and, where an answer is cut, TCP.
#include "net/dns.hpp"

#include "base/text.hpp"
#include "net/connect.hpp"
#include "net/resolver.hpp"
#include "net/task.hpp"
#include "protocols/common.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

struct RecordType {
  std::string_view name;
  int number;  ///< RFC 1035, section 3.2.2, and IANA's registry
};

constexpr std::array types{
    RecordType{.name = "A", .number = 1},     RecordType{.name = "AAAA", .number = 28},
    RecordType{.name = "CNAME", .number = 5}, RecordType{.name = "MX", .number = 15},
    RecordType{.name = "NS", .number = 2},    RecordType{.name = "PTR", .number = 12},
    RecordType{.name = "SOA", .number = 6},   RecordType{.name = "SRV", .number = 33},
    RecordType{.name = "TXT", .number = 16},
};

struct DnsTarget {
  std::string name;
  RecordType type = types.front();
};

/// Labels of 1 to 63 bytes, at most 253 with their dots (RFC 1035, section 2.3.4).
bool is_domain_name(std::string_view name) {
  constexpr std::size_t longest = 253;
  constexpr std::size_t longest_label = 63;
  if (name == ".") return true;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || name.size() > longest) return false;
  std::size_t label = 0;
  for (const char c : name) {
    const bool dot = c == '.';
    if (dot ? label == 0 : c <= ' ' || c > '~' || c == '\\' || c == '/') return false;
    label = dot ? 0 : label + 1;
    if (label > longest_label) return false;
  }
  return label != 0;
}

Parsed<RecordType> parse_type(std::optional<std::string_view> query) {
  if (!query) return types.front();
  const std::string_view text = *query;
  const std::size_t equals = text.find('=');
  if (text.substr(0, equals) != "type" || equals == std::string_view::npos)
    return usage_error(
        cat("unknown parameter \"", printable(text.substr(0, equals)), "\"; type is one"));
  const std::string_view name = text.substr(equals + 1);
  const auto* found = std::ranges::find_if(
      types, [name](const RecordType& type) { return equal_ignoring_case(type.name, name); });
  if (found != types.end()) return *found;
  std::string known;
  for (const RecordType& type : types) known += cat(known.empty() ? "" : ", ", type.name);
  return usage_error(cat("unknown type \"", printable(name), "\"; known are ", known));
}

Reason reason_of(int status) {
  switch (status) {
    case ARES_ETIMEOUT:
      return Reason::timeout;
    case ARES_ENODATA:
    case ARES_ENOTFOUND:
    case ARES_ESERVFAIL:
    case ARES_EREFUSED:
    case ARES_ENOTIMP:
      return Reason::not_ready;
    default:
      return Reason::protocol;
  }
}

Failure failed(const DnsTarget& wanted, int status, const std::string& where) {
  if (status == ARES_ECONNREFUSED) return connection_failure(Stage::connect, ECONNREFUSED, where);
  if (status == ARES_SUCCESS) status = ARES_ENODATA;  // of another type
  std::string detail = status == ARES_ENODATA
                           ? cat("no ", wanted.type.name, " record of \"", wanted.name, '"')
                           : explain_dns(status, wanted.name);
  return {Stage::query, reason_of(status), std::move(detail), "", where};
}

}  // namespace

/// `dns://server[:port]/name[?type=A]`.
Parsed<Target> parse_dns(const Protocol& protocol, std::string_view text, CheckOptions options) {
  const auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (url->userinfo) return usage_error("a dns:// target takes no user or password");
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  const auto name = percent_decode(url->path.empty() ? "" : url->path.substr(1));
  if (!name) return usage_error("its name is not percent-encoded as it should be");
  if (name->empty())
    return usage_error("it has no name to ask for, as in dns://server/example.org");
  if (!is_domain_name(*name))
    return usage_error(cat("\"", printable(*name), "\" is not a domain name"));
  const auto type = parse_type(url->query);
  if (!type) return std::unexpected(type.error());
  target->data = std::make_shared<DnsTarget>(*name, *type);
  return target;
}

/// Ready if the server answers with a record of that name and type, or of what its CNAME names.
Task<Outcome> check_dns(const Target& target, Attempt& attempt) {
  const auto& wanted = data_of<DnsTarget>(target);
  const Endpoint& server = target.endpoints.front();
  const auto addresses = co_await resolve(server.host, attempt);
  if (!addresses) co_return std::unexpected(addresses.error());
  DnsRecords answer{.type = wanted.type.number};  // before the channel, which answers at its end
  // Neither an error nor silence of one server leads to another's word: NOCHECKRESP.
  DnsChannel channel(ARES_FLAG_NOCHECKRESP);
  if (channel.status() == ARES_SUCCESS) channel.use(*addresses, server.port);
  const std::string where =
      addresses->size() == 1 ? format_address(addresses->front(), server.port) : "";
  if (channel.status() != ARES_SUCCESS)
    co_return std::unexpected(failed(wanted, channel.status(), where));
  attempt.waiting(Stage::query, cat("no answer about \"", wanted.name, '"'), where);
  channel.ask(wanted.name, answer);
  while (!answer.done) {
    std::vector<Interest> interests;
    const TimePoint until = channel.watch(attempt.io(), interests, no_deadline);
    co_await wait_any(attempt.io(), interests, until);
    channel.go_on(interests);
  }
  if (answer.count == 0) co_return std::unexpected(failed(wanted, answer.status, where));
  co_return Ready{
      cat(answer.count, ' ', wanted.type.name, answer.count == 1 ? " record" : " records")};
}

}  // namespace probe
