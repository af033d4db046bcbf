// Reading a Postgres target: libpq parses the URI, we fill in what it would ask the operating
// system for.
#include "protocols/postgres/target.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "net/tls.hpp"
#include "protocols/common.hpp"
#include "protocols/postgres/connection.hpp"
#include "protocols/postgres/diagnosis.hpp"
#include "protocols/postgres/uri.hpp"
#include "target/redact.hpp"

#include <asio/ip/address.hpp>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace probe {
namespace {

Parsed<Conninfo> parse_conninfo(const std::string& uri) {
  char* message = nullptr;
  Conninfo parsed(PQconninfoParse(uri.c_str(), &message));
  if (parsed) return parsed;
  const std::string complaint = message == nullptr ? "out of memory" : redact_complaint(message);
  PQfreemem(message);
  return usage_error(complaint);
}

std::string value_of(const PQconninfoOption* options, std::string_view keyword) {
  for (; options->keyword != nullptr; ++options) {
    if (keyword == options->keyword) return options->val == nullptr ? "" : options->val;
  }
  return "";
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string first_of(const std::string& value, const char* variable) {
  return value.empty() ? environment(variable) : value;
}

bool is_address(const std::string& text) {
  asio::error_code not_one;
  (void)asio::ip::make_address(text, not_one);
  return !not_one;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> items;
  while (true) {
    const std::size_t comma = list.find(',');
    items.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    list.remove_prefix(comma + 1);
  }
}

/// One item of a list that has either one for all or one for each.
const std::string& item(const std::vector<std::string>& list, std::size_t index) {
  return list[list.size() == 1 ? 0 : index];
}

Parsed<Endpoint> make_endpoint(const std::string& host, const std::string& address,
                               const std::string& port) {
  if (!address.empty() && !is_address(address)) {
    return usage_error(cat("hostaddr \"", printable(address), "\" is not an IP address"));
  }
  Endpoint endpoint{.host = host, .address = address, .port = 5432, .socket = ""};
  if (!port.empty()) {
    const auto number = parse_port(port);
    if (!number) return std::unexpected(number.error());
    endpoint.port = *number;
  }
  if (host.starts_with('/') || host.starts_with('@')) {
    auto path = socket_path(cat(host, "/.s.PGSQL.", endpoint.port));
    if (!path) return std::unexpected(path.error());
    endpoint.socket = *std::move(path);
  } else if (host.empty() && address.empty()) {
    endpoint.host = "localhost";
  }
  return endpoint;
}

Parsed<std::vector<Endpoint>> parse_hosts(const PQconninfoOption* options) {
  const auto hosts = split(first_of(value_of(options, "host"), "PGHOST"));
  const auto addresses = split(first_of(value_of(options, "hostaddr"), "PGHOSTADDR"));
  const auto ports = split(first_of(value_of(options, "port"), "PGPORT"));
  const bool named = hosts.size() > 1 || !hosts[0].empty();
  const bool addressed = addresses.size() > 1 || !addresses[0].empty();
  if (named && addressed && hosts.size() != addresses.size()) {
    return usage_error(
        cat("it has ", hosts.size(), " hosts but ", addresses.size(), " values of hostaddr"));
  }
  const std::size_t count = std::max(hosts.size(), addresses.size());
  if (ports.size() != 1 && ports.size() != count) {
    return usage_error(cat("it has ", ports.size(), " ports for ", count, " hosts"));
  }
  std::vector<Endpoint> endpoints;
  for (std::size_t i = 0; i < count; ++i) {
    auto endpoint = make_endpoint(item(hosts, i), item(addresses, i), item(ports, i));
    if (!endpoint) return std::unexpected(endpoint.error());
    endpoints.push_back(*std::move(endpoint));
  }
  return endpoints;
}

/// Parameters with a fixed set of values; libpq would only look at them when it connects.
struct Choice {
  std::string_view keyword;
  std::array<std::string_view, 6> values;
};
constexpr std::array choices{
    Choice{"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}},
    Choice{"target_session_attrs",
           {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}},
    Choice{"channel_binding", {"disable", "prefer", "require"}},
};

Parsed<void> check_values(const PQconninfoOption* options) {
  for (const Choice& choice : choices) {
    const std::string value = value_of(options, choice.keyword);
    if (value.empty() || std::ranges::find(choice.values, value) != choice.values.end()) continue;
    return usage_error(cat("\"", printable(value), "\" is not a value of ", choice.keyword,
                           suggestion(value, choice.values)));
  }
  const std::string timeout = value_of(options, "connect_timeout");
  if (!timeout.empty() && !parse_number(timeout)) {
    return usage_error(cat("\"", printable(timeout), "\" is not a value of connect_timeout"));
  }
  return {};
}

/// Files that libpq opens by itself when it connects, without an eye on the time.
Parsed<void> check_files(const PQconninfoOption* options) {
  for (const auto& [keyword, variable] :
       {std::pair("sslrootcert", "PGSSLROOTCERT"), std::pair("sslcert", "PGSSLCERT"),
        std::pair("sslkey", "PGSSLKEY"), std::pair("sslcrl", "PGSSLCRL")}) {
    const std::string file = first_of(value_of(options, keyword), variable);
    if (!file.empty() && is_special_file(file))
      return usage_error(cat(keyword, ": \"", printable(file), "\" is not a regular file"));
  }
  return {};
}

/// What this build or this program cannot do.
Parsed<void> check_possible(const PQconninfoOption* options) {
  const std::string mode = first_of(value_of(options, "sslmode"), "PGSSLMODE");
  if (!tls_available && value_of(options, "sslrootcert") == "system") {
    return usage_error("sslrootcert=system is not possible: this probe was built without TLS");
  }
  if (!tls_available && (mode == "require" || mode.starts_with("verify-"))) {
    return usage_error(cat("sslmode=", mode, " is not possible: this probe was built without TLS"));
  }
  if (auto checked = check_values(options); !checked) return checked;
  if (auto checked = check_files(options); !checked) return checked;
  if (!first_of(value_of(options, "service"), "PGSERVICE").empty()) {
    return usage_error(
        "connection service files (service=, PGSERVICE) are not read; put the parameters into the "
        "URI");
  }
  return {};
}

/// Whether there will be a certificate that `--cert-days` can be about.
Parsed<void> check_cert_days(const PQconninfoOption* parsed, std::span<const Endpoint> endpoints,
                             const CheckOptions& options) {
  if (options.cert_days == 0) return {};
  if (!tls_available) return usage_error("--cert-days: this probe was built without TLS");
  const bool sockets = std::ranges::none_of(endpoints, &std::string::empty, &Endpoint::socket);
  if (!sockets && first_of(value_of(parsed, "sslmode"), "PGSSLMODE") != "disable") return {};
  return usage_error(cat("--cert-days needs TLS",
                         sockets ? ", which a Unix socket has not" : "; sslmode=disable"));
}

}  // namespace

/// A connection URI as libpq has it (libpq, "Connection URIs"), with libpq's `PG*` variables where
/// it is silent. Differences: no host means `localhost`, never a socket; no user means `PGUSER`,
/// else `postgres`, never the operating system's user.
Parsed<Target> parse_postgres(const Protocol& protocol, std::string_view text,
                              CheckOptions options) {
  auto uri = libpq_uri(text);
  if (!uri) return std::unexpected(uri.error());
  auto parsed = parse_conninfo(uri->text);
  if (!parsed) return std::unexpected(parsed.error());
  if (auto possible = check_possible(parsed->get()); !possible)
    return std::unexpected(possible.error());
  auto endpoints = parse_hosts(parsed->get());
  if (!endpoints) return std::unexpected(endpoints.error());
  if (auto tls = check_cert_days(parsed->get(), *endpoints, options); !tls)
    return std::unexpected(tls.error());
  Target target;
  target.protocol = &protocol;
  target.options = std::move(options);
  target.name = shown_name(text, target.options);
  target.endpoints = *std::move(endpoints);
  PostgresTarget postgres{.parameters = {}, .left_out = std::move(uri->left_out)};
  const std::string mode = first_of(value_of(parsed->get(), "sslmode"), "PGSSLMODE");
  const std::string named = first_of(value_of(parsed->get(), "sslrootcert"), "PGSSLROOTCERT");
  auto roots = root_certificates(mode, named);
  if (!roots) return std::unexpected(roots.error());
  // In the mode `require`, libpq verifies by the roots in the default file, should it exist.
  const bool optional = mode.empty() || mode == "allow" || mode == "prefer";
  const bool raised = target.options.cert_days != 0 && optional && named != "system";
  if (uri->unverified || (raised && named.empty())) *roots = "/dev/null/none";
  if (!roots->empty()) postgres.parameters.emplace_back("sslrootcert", Secret(*roots));
  // As in libpq 16: who trusts everybody's authorities must check the name.
  if (mode.empty() && named == "system")
    postgres.parameters.emplace_back("sslmode", Secret("verify-full"));
  const std::string user = first_of(value_of(parsed->get(), "user"), "PGUSER");
  const std::string password = first_of(value_of(parsed->get(), "password"), "PGPASSWORD");
  if (!user.empty()) target.user = user;
  if (!password.empty()) target.password = shared_secret(password, target.options.secrets);
  constexpr std::array<std::string_view, 6> ours{"host", "hostaddr", "port",
                                                 "user", "password", "sslrootcert"};
  for (const auto* option = parsed->get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || std::ranges::find(ours, option->keyword) != ours.end()) continue;
    const auto& [keyword, value] =
        postgres.parameters.emplace_back(option->keyword, Secret(option->val));
    if (keyword.ends_with("password")) target.secrets.push_back(value);
  }
  // The last one counts.
  if (raised) postgres.parameters.emplace_back("sslmode", Secret("require"));
  target.data = std::make_shared<PostgresTarget>(std::move(postgres));
  return target;
}

}  // namespace probe
