// Reading a MySQL target: what drivers and MySQL's own client have in their URLs.
#include "protocols/mysql/target.hpp"

#include "base/text.hpp"
#include "net/tls.hpp"
#include "protocols/common.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

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

constexpr std::array<std::pair<std::string_view, SslMode>, 17> modes{{
    {"disabled", SslMode::disabled},
    {"preferred", SslMode::preferred},
    {"required", SslMode::required},
    {"verifyca", SslMode::verify_ca},
    {"verifyidentity", SslMode::verify_identity},
    // Drivers'
    {"disable", SslMode::disabled},
    {"false", SslMode::disabled},
    {"0", SslMode::disabled},
    {"allow", SslMode::preferred},
    {"prefer", SslMode::preferred},
    {"require", SslMode::required},
    {"trust", SslMode::required},
    {"skipverify", SslMode::required},
    {"true", SslMode::required},
    {"1", SslMode::required},
    {"verifyfull", SslMode::verify_identity},
    {R"({"rejectunauthorized":true})", SslMode::verify_identity},
}};

/// What the URL's parameters say.
struct Parameters {
  std::optional<SslMode> mode;
  std::string mode_as_typed;
  std::string user, password, socket, database;
  std::string cacert, cert, key;
};

Parsed<void> set_mode(std::string_view name, std::string_view value, Parameters& to) {
  const auto* found =
      std::ranges::find(modes, plain(value), &std::pair<std::string_view, SslMode>::first);
  if (found == modes.end()) {
    return usage_error(cat("\"", printable(value), "\" is not a value of ", printable(name),
                           "; there are DISABLED, PREFERRED, REQUIRED, VERIFY_CA and "
                           "VERIFY_IDENTITY"));
  }
  to.mode = found->second;
  // The Go driver verifies by default.
  if (name == "tls" && found->first == "true") to.mode = SslMode::verify_identity;
  to.mode_as_typed = cat(name, '=', value);
  return {};
}

/// Takes one parameter; those that are a driver's own are left out.
Parsed<void> set_parameter(std::string_view name, std::string value, Parameters& to) {
  constexpr std::array<std::string_view, 4> of_mode{"sslmode", "tls", "ssl", "usessl"};
  const std::array<std::pair<std::string_view, std::string*>, 11> texts{{
      {"user", &to.user},
      {"password", &to.password},
      {"socket", &to.socket},
      {"unixsocket", &to.socket},
      {"socketpath", &to.socket},
      {"db", &to.database},
      {"sslca", &to.cacert},
      {"sslrootcert", &to.cacert},
      {"sslcert", &to.cert},
      {"sslkey", &to.key},
      {"username", &to.user},
  }};
  const std::string known = plain(name);
  if (std::ranges::find(of_mode, known) != of_mode.end()) return set_mode(name, value, to);
  const auto* text =
      std::ranges::find(texts, known, &std::pair<std::string_view, std::string*>::first);
  if (text != texts.end()) {
    *text->second = std::move(value);
  } else if (edit_distance(known, of_mode[0]) <= 1) {
    return usage_error(cat('"', printable(name), "\" is not a parameter; did you mean ssl-mode?"));
  }
  return {};
}

Parsed<Parameters> read_parameters(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const QueryParameter parameter(query);
    auto value = percent_decode(parameter.value.value_or(""));
    if (!value)
      return usage_error(cat("the value of ", printable(parameter.name),
                             " is not percent-encoded as it should be"));
    if (auto set = set_parameter(parameter.name, *std::move(value), parameters); !set)
      return std::unexpected(set.error());
  }
  return parameters;
}

Parsed<std::string> parse_database(const Protocol& protocol, const Url& url, std::string named) {
  if (protocol.socket != SocketPath::none || url.path.size() <= 1) return named;
  const std::string_view path = url.path.substr(1);
  auto database = percent_decode(path);
  if (!database) return usage_error("its path is not percent-encoded as it should be");
  if (path.find('/') != std::string_view::npos)
    return usage_error(cat("\"", printable(path), "\" is not the name of a MySQL database"));
  return *std::move(database);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// What stands before the `@` goes first, then the parameters, then the variables. MYSQL_USER alone
/// says nothing: an image's container has it for its own use.
Parsed<void> add_login(const Parameters& parameters, Target& target) {
  if (!target.user && !parameters.user.empty()) target.user = parameters.user;
  if (!target.password && !parameters.password.empty())
    target.password = shared_secret(parameters.password, target.options.secrets);
  if (target.password && !target.user) {
    return usage_error("it has a password but no user, as in mysql://user:password@host");
  }
  const std::string user = environment("MYSQL_USER");
  const std::string password = environment("MYSQL_PWD");
  if (!target.user && !user.empty() && !password.empty()) target.user = user;
  if (target.user && !target.password && !password.empty()) target.password = Secret(password);
  const CheckOptions& options = target.options;
  if (!target.user && (!options.query.empty() || options.role != Role::any))
    return usage_error("--query and --role need a user, as in mysql://user:password@host");
  return {};
}

/// As MySQL's own client has it: TLS if the server offers it, unverified, unless more is asked for;
/// none on a Unix socket.
Parsed<void> add_tls(Parameters& parameters, Target& target, MysqlTarget& mysql) {
  CheckOptions tls = target.options;
  if (tls.cacert.empty()) tls.cacert = std::move(parameters.cacert);
  if (tls.cert.empty()) tls.cert = std::move(parameters.cert);
  if (tls.key.empty()) tls.key = std::move(parameters.key);
  SslMode mode = parameters.mode.value_or(!tls.server_name.empty() ? SslMode::verify_identity
                                          : !tls.cacert.empty()    ? SslMode::verify_ca
                                                                   : SslMode::preferred);
  if (tls.insecure) mode = std::min(mode, SslMode::required);
  const bool socket = !target.endpoints.front().socket.empty();
  mysql.tls_required = mode >= SslMode::required;
  if (mysql.tls_required && (socket || !tls_available)) {
    const std::string& asked = parameters.mode_as_typed.empty() ? "TLS" : parameters.mode_as_typed;
    return usage_error(cat(printable(asked), " is not possible",
                           socket ? " on a Unix socket" : ": this probe was built without TLS"));
  }
  if (mode == SslMode::disabled || socket || !tls_available) return {};
  tls.insecure = mode <= SslMode::required;
  auto context = make_tls_context(tls, target.endpoints.front().host, "",
                                  mode == SslMode::verify_ca ? Names::any : Names::verified);
  if (!context) return std::unexpected(context.error());
  target.tls = *std::move(context);
  return {};
}

}  // namespace

/// `mysql://[user[:password]@]host[:port][/database]` with the parameters of MySQL Shell, JDBC and
/// other drivers.
Parsed<Target> parse_mysql(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto parameters = read_parameters(url->query.value_or(""));
  if (!parameters) return std::unexpected(parameters.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  MysqlTarget mysql;
  auto database = parse_database(protocol, *url, std::move(parameters->database));
  if (!database) return std::unexpected(database.error());
  mysql.database = *std::move(database);
  if (!parameters->socket.empty()) {
    auto socket = socket_path(std::move(parameters->socket));
    if (!socket) return std::unexpected(socket.error());
    target->endpoints.front().socket = *std::move(socket);
  }
  if (auto added = add_login(*parameters, *target); !added) return std::unexpected(added.error());
  if (auto added = add_tls(*parameters, *target, mysql); !added)
    return std::unexpected(added.error());
  target->data = std::make_shared<MysqlTarget>(std::move(mysql));
  return target;
}

}  // namespace probe
