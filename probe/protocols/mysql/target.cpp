// Reading a MySQL target: what drivers and MySQL's own client have in their URLs.
#include "protocols/mysql/target.hpp"

#include "base/text.hpp"
#include "net/tls.hpp"
#include "protocols/common.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace probe {
namespace {

/// MySQL's ssl-mode, in its order.
enum class SslMode : std::uint8_t { disabled, preferred, required, verify_ca, verify_identity };

/// A parameter's name or value as all drivers have it: without case, `-` and `_`.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '-' && c != '_') out += to_lower(c);
  }
  return out;
}

struct Mode {
  std::string_view value;
  SslMode mode;
};
constexpr std::array modes{
    Mode{"disabled", SslMode::disabled},
    Mode{"preferred", SslMode::preferred},
    Mode{"required", SslMode::required},
    Mode{"verifyca", SslMode::verify_ca},
    Mode{"verifyidentity", SslMode::verify_identity},
    // Drivers'
    Mode{"disable", SslMode::disabled},
    Mode{"false", SslMode::disabled},
    Mode{"0", SslMode::disabled},
    Mode{"prefer", SslMode::preferred},
    Mode{"require", SslMode::required},
    Mode{"trust", SslMode::required},
    Mode{"skipverify", SslMode::required},
    Mode{"true", SslMode::required},
    Mode{"1", SslMode::required},
    Mode{"verifyfull", SslMode::verify_identity},
};

/// The value of the first parameter that has one of these names, which are `plain` and end in a
/// space each. Drivers' own parameters are left alone.
std::string parameter(std::string_view query, std::string_view names) {
  while (!query.empty()) {
    const QueryParameter parameter(query);
    const std::size_t at = names.find(plain(parameter.name) + ' ');
    if (at == std::string_view::npos || (at != 0 && names[at - 1] != ' ')) continue;
    return percent_decode(parameter.value.value_or("")).value_or("");
  }
  return "";
}

Parsed<std::string> parse_database(const Protocol& protocol, const Url& url) {
  if (protocol.socket != SocketPath::none || url.path.size() <= 1)
    return parameter(url.query.value_or(""), "db ");
  const std::string_view path = url.path.substr(1);
  const auto database = percent_decode(path);
  if (!database || path.find('/') != std::string_view::npos)
    return usage_error(cat("\"", printable(path), "\" is not the name of a MySQL database"));
  return *database;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// What stands before the `@` goes first, then the parameters, then the variables. MYSQL_USER alone
/// says nothing: an image's container has it for its own use.
Parsed<void> add_login(std::string_view query, Target& target) {
  std::string user = parameter(query, "user username ");
  std::string password = parameter(query, "password ");
  if (!password.empty() && !target.password)
    target.password = shared_secret(std::move(password), target.options.secrets);
  if (!user.empty() && !target.user) target.user = std::move(user);
  if (target.password && !target.user)
    return usage_error("it has a password but no user, as in mysql://user:password@host");
  password = environment("MYSQL_PWD");
  if (!target.password && !password.empty()) {
    user = environment("MYSQL_USER");
    if (!target.user && !user.empty()) target.user = std::move(user);
    if (target.user) target.password = Secret(std::move(password));
  }
  const CheckOptions& options = target.options;
  if (!target.user && (!options.query.empty() || options.role != Role::any))
    return usage_error("--query and --role need a user, as in mysql://user:password@host");
  return {};
}

/// Parameters that are true or false, and what each asks for when it is true.
constexpr std::array switches{
    Mode{"requiressl", SslMode::required},
    Mode{"verifyservercertificate", SslMode::verify_ca},
    Mode{"sslverifycert", SslMode::verify_ca},
    Mode{"sslverifyservercert", SslMode::verify_identity},
    Mode{"sslverifyidentity", SslMode::verify_identity},
};

/// What one parameter asks for; none if it says nothing about TLS, or is a switch that is off.
Parsed<std::optional<SslMode>> mode_of(const QueryParameter& parameter, std::string_view value) {
  const std::string name = plain(parameter.name);
  const auto* found = std::ranges::find(modes, plain(value), &Mode::value);
  if (const auto* on = std::ranges::find(switches, name, &Mode::value); on != switches.end()) {
    const bool off = found != modes.end() && found->mode == SslMode::disabled;
    return off ? std::optional<SslMode>() : on->mode;
  }
  if (name != "sslmode" && name != "tls" && name != "ssl" && name != "usessl")
    return std::optional<SslMode>();
  if (found == modes.end()) {
    return usage_error(cat("\"", printable(value), "\" is not a value of ",
                           printable(parameter.name),
                           "; there are DISABLED, PREFERRED, REQUIRED, VERIFY_CA and "
                           "VERIFY_IDENTITY"));
  }
  // The Go driver verifies.
  const bool go = name == "tls" && (found->value == "true" || found->value == "1");
  return go ? SslMode::verify_identity : found->mode;
}

/// What is asked for, and in which words; the name is empty where a query says nothing of it.
struct Asked {
  SslMode mode = SslMode::disabled;
  std::string_view name;
  std::string value;
};

/// The most that a parameter asks for, or else what the options do.
Parsed<Asked> asked_mode(std::string_view query, const CheckOptions& options) {
  Asked asked;
  while (!query.empty()) {
    const QueryParameter parameter(query);
    std::string value = percent_decode(parameter.value.value_or("")).value_or("");
    const auto mode = mode_of(parameter, value);
    if (!mode) return std::unexpected(mode.error());
    const std::optional<SslMode> most = *mode;
    if (most && (asked.name.empty() || *most > asked.mode))
      asked = {*most, parameter.name, std::move(value)};
  }
  if (!asked.name.empty()) return asked;
  asked.mode = options.cacert.empty() ? SslMode::preferred : SslMode::verify_ca;
  if (!options.server_name.empty()) asked.mode = SslMode::verify_identity;
  return asked;
}

/// As MySQL's own client has it: TLS if the server offers it, unverified, unless more is asked for;
/// none on a Unix socket.
Parsed<bool> add_tls(std::string_view query, Target& target) {
  CheckOptions& tls = target.options;
  if (tls.cacert.empty()) tls.cacert = parameter(query, "sslca sslrootcert ");
  if (tls.cert.empty()) tls.cert = parameter(query, "sslcert ");
  if (tls.key.empty()) tls.key = parameter(query, "sslkey ");
  const auto asked = asked_mode(query, tls);
  if (!asked) return std::unexpected(asked.error());
  if (tls.cert_days != 0 && asked->mode == SslMode::disabled)
    return usage_error(cat("--cert-days needs TLS; ", asked->name, '=', printable(asked->value)));
  SslMode mode = tls.insecure ? std::min(asked->mode, SslMode::required) : asked->mode;
  if (tls.cert_days != 0) mode = std::max(mode, SslMode::required);
  const bool required = mode >= SslMode::required;
  const Endpoint& endpoint = target.endpoints.front();
  const bool possible = tls_available && endpoint.socket.empty();
  if (required && !possible) {
    return usage_error(
        cat(asked->name.empty() ? "TLS" : cat(asked->name, '=', printable(asked->value)),
            " is not possible",
            tls_available ? " on a Unix socket" : ": this probe was built without TLS"));
  }
  if (mode == SslMode::disabled || !possible) return false;
  tls.insecure = mode <= SslMode::required;
  auto context = make_tls_context(tls, endpoint.host, "",
                                  mode == SslMode::verify_ca ? Names::any : Names::verified);
  if (!context) return std::unexpected(context.error());
  target.tls = *std::move(context);
  return required;
}

}  // namespace

/// `mysql://[user[:password]@]host[:port][/database]` with the parameters of MySQL Shell, JDBC and
/// other drivers.
Parsed<Target> parse_mysql(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  const std::string_view query = url->query.value_or("");
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  if (std::string path = parameter(query, "socket unixsocket socketpath "); !path.empty()) {
    auto socket = socket_path(std::move(path));
    if (!socket) return std::unexpected(socket.error());
    target->endpoints.front().socket = *std::move(socket);
  }
  auto database = parse_database(protocol, *url);
  if (!database) return std::unexpected(database.error());
  if (auto added = add_login(query, *target); !added) return std::unexpected(added.error());
  const auto tls_required = add_tls(query, *target);
  if (!tls_required) return std::unexpected(tls_required.error());
  target->data = std::make_shared<MysqlTarget>(*std::move(database), *tls_required);
  return target;
}

}  // namespace probe
