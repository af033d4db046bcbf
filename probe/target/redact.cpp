#include "target/redact.hpp"

#include "base/text.hpp"
#include "target/url.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

constexpr auto npos = std::string_view::npos;

/// A URL cut at its first marks, wherever they may be meant to be.
struct Parts {
  explicit Parts(std::string_view text, std::string_view ends = "/?#") {
    const std::size_t scheme_end = text.find("://");
    scheme = text.substr(0, scheme_end);
    std::string_view rest = text.substr(scheme_end + 3);
    const std::size_t end = std::min(rest.find_first_of(ends), rest.size());
    authority = rest.substr(0, end);
    rest.remove_prefix(end);
    const std::size_t fragment_start = std::min(rest.find('#'), rest.size());
    fragment = rest.substr(fragment_start);
    rest = rest.substr(0, fragment_start);
    path = rest.substr(0, rest.find('?'));
    query = rest.substr(std::min(path.size() + 1, rest.size()));
  }

  bool postgres() const {
    return scheme.starts_with("postgres") || scheme.starts_with("jdbc:postgres");
  }
  /// Whether a path, of a Unix socket or a file, is all that a URL has.
  bool path_only() const { return scheme.ends_with("unix") || scheme == "file"; }
  bool http() const { return scheme.starts_with("http"); }

  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
};

/// A host or an address with a port or without, and surely nothing else.
bool is_host(std::string_view text, bool may_be_empty) {
  if (text.starts_with('[')) {
    const std::size_t close = std::min(text.find(']'), text.size());
    text.remove_prefix(std::min(close + 1, text.size()));
    return text.empty() || (text.starts_with(':') && parse_port(text.substr(1)));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view host = text.substr(0, colon);
  const auto allowed = [](char c) { return is_host_character(c) || c == '%'; };
  return (may_be_empty || !host.empty()) && std::ranges::all_of(host, allowed) &&
         (colon == text.size() || parse_port(text.substr(colon + 1)));
}

/// Whether what stands before the first `/`, `?` or `#`, behind any user and password, can only be
/// the place, and is not the beginning of a password.
bool is_place(const Parts& parts) {
  std::string_view list = parts.authority.substr(parts.authority.find('@') + 1);
  const bool may_be_empty = parts.postgres() || parts.path_only();
  while (parts.postgres() && list.find(',') != npos) {
    if (!is_host(list.substr(0, list.find(',')), true)) return false;
    list.remove_prefix(list.find(',') + 1);
  }
  return is_host(list, may_be_empty);
}

bool has_at_sign(std::string_view text) {
  return text.find('@') != npos;
}

/// Whether what stands where the port would may be the password of a URL that has no host.
bool lacks_host(const Parts& parts) {
  constexpr std::string_view digits = "0123456789";
  const std::size_t colon = parts.authority.rfind(':');
  if (colon == npos || has_at_sign(parts.authority) || is_place(parts)) return false;
  const bool address = parts.authority.starts_with('[') ||
                       parts.authority.substr(0, colon).find_first_not_of("0123456789.") == npos;
  return !address && parts.authority.find_first_not_of(digits, colon + 1) != npos &&
         !parts.authority.substr(colon).starts_with(":${");
}

/// Whether an `@` of a query stands where none is meant: a database has parameters with values, and
/// what has no name (`?=`, `?/=`) may be the rest of a password.
bool has_at_sign_in_name(std::string_view query) {
  const auto in_name = [](char c) {
    return is_host_character(c) || c == '%' || c == '[' || c == ']';
  };
  while (!query.empty()) {
    const QueryParameter parameter(query);
    const bool named = !parameter.name.empty() && std::ranges::all_of(parameter.name, in_name);
    if (has_at_sign(parameter.name) || (!named && has_at_sign(parameter.value.value_or(""))))
      return true;
  }
  return false;
}

/// Whether there is an `@` behind the authority where none can be meant.
bool has_at_sign_behind(const Parts& parts) {
  if (has_at_sign(parts.fragment)) return true;
  // A path of HTTP or of a socket may have one, but not behind what may begin a password.
  if (parts.http() && !has_at_sign(parts.authority)) return false;
  const bool socket_in_path = parts.path_only() && parts.authority.empty();
  return (has_at_sign(parts.path) && !socket_in_path) || has_at_sign_in_name(parts.query);
}

/// The parts as libpq takes them, for which a `?` does not end the authority while an `@` is to
/// come.
Parts parts_of(std::string_view text) {
  Parts parts(text);
  if (!parts.postgres() || has_at_sign(parts.authority)) return parts;
  const Parts longer(text, "/#");
  return has_at_sign(longer.authority) ? longer : parts;
}

bool names_a_secret(std::string_view parameter) {
  constexpr std::array<std::string_view, 12> names{"password", "passwd", "pass",       "pwd",
                                                   "secret",   "token",  "key",        "auth",
                                                   "apikey",   "sig",    "credential", "signature"};
  const auto matches = [&](std::string_view name) {
    return parameter.size() >= name.size() &&
           equal_ignoring_case(parameter.substr(parameter.size() - name.size()), name);
  };
  return std::ranges::any_of(names, matches);
}

bool is_secret(const QueryParameter& parameter) {
  return parameter.value && names_a_secret(percent_decode(parameter.name).value_or("password"));
}

std::string redact_query(std::string_view query) {
  std::string out;
  const bool ends_empty = query.ends_with('&');
  while (!query.empty()) {
    const QueryParameter parameter(query);
    out += parameter.name;
    if (parameter.value) out += cat('=', is_secret(parameter) ? "***" : *parameter.value);
    if (!query.empty() || ends_empty) out += '&';
  }
  return out;
}

/// Drops `:password` from `user:password@`. A user without password may be a password itself in
/// Redis, and a token in HTTP, NATS and MQTT.
std::string redact_userinfo(std::string_view userinfo, bool alone_is_secret) {
  const std::size_t colon = std::min(userinfo.find(':'), userinfo.size());
  if (colon == 0) return "";
  const bool alone = colon + 1 >= userinfo.size();
  return alone && alone_is_secret ? "***@" : cat(userinfo.substr(0, colon), "@");
}

/// A URL without the password: `scheme://user@`, and what stands behind that.
std::pair<std::string, std::string_view> without_password(std::string_view text) {
  const std::size_t authority = text.find("://") + 3;
  const std::string_view scheme = text.substr(0, authority);
  const std::size_t at = userinfo_end(text);
  if (at == npos) return {std::string(scheme), text.substr(authority)};
  constexpr std::array<std::string_view, 5> with_tokens{"redis", "valkey", "http", "nats", "mqtt"};
  const bool alone_is_secret = std::ranges::any_of(
      with_tokens, [&](std::string_view one) { return scheme.starts_with(one); });
  return {cat(scheme, redact_userinfo(text.substr(authority, at - authority), alone_is_secret)),
          text.substr(at + 1)};
}

}  // namespace

std::unexpected<UsageError> unexpected_at_sign() {
  return usage_error(
      "an unexpected \"@\": in a user, a password, a fragment, or the path of a database, \"@\" is "
      "written as %40, \"/\" as %2F, \"?\" as %3F and \"#\" as %23");
}

bool is_scheme(std::string_view text) {
  if (text.starts_with("jdbc:")) text.remove_prefix(5);
  return std::ranges::all_of(text, [](char c) { return is_host_character(c) || c == '+'; });
}

Parsed<void> check_at_signs(std::string_view text) {
  if (!has_at_sign(text)) return {};
  const Parts shortest(text);
  const Parts parts = parts_of(text);
  const auto at_signs = std::ranges::count(parts.authority, '@');
  if (at_signs > 1 || has_at_sign_behind(parts)) return unexpected_at_sign();
  // With a `?` before the `@` it is libpq's password, or a parameter of a place.
  const bool ambiguous = parts.authority.size() > shortest.authority.size() && is_place(shortest);
  const bool more_behind = text.rfind('@') >= text.find("://") + 3 + parts.authority.size();
  if (ambiguous || (more_behind && !is_place(parts))) return unexpected_at_sign();
  return {};
}

std::size_t userinfo_end(std::string_view text) {
  const std::size_t at = parts_of(text).authority.find('@');
  return at == npos ? npos : text.find("://") + 3 + at;
}

void add_secret_parameters(std::string_view query, std::vector<Secret>& secrets) {
  while (!query.empty()) {
    const QueryParameter parameter(query);
    if (!is_secret(parameter)) continue;
    const std::string_view value = parameter.value.value_or("");
    secrets.emplace_back(percent_decode(value).value_or(std::string(value)));
  }
}

std::string redact_url(std::string_view text) {
  auto [out, rest] = without_password(text);
  const std::size_t query = rest.find('?');
  out += rest.substr(0, query);
  if (query != npos) out += cat('?', redact_query(rest.substr(query + 1)));
  return out;
}

std::string redact_word(std::string_view text) {
  if (text.empty()) return "\"\"";
  const std::size_t scheme_end = text.find("://");
  const bool url = scheme_end != npos && is_scheme(text.substr(0, scheme_end));
  if (!url && has_at_sign(text)) return "…";
  if (!url) {
    const bool suspect = scheme_end != npos || text.find_first_of("= ") != npos;
    return suspect ? cat(printable(text.substr(0, text.find_first_of(":= "))), "…")
                   : printable(text);
  }
  if (lacks_host(Parts(text)) || !check_at_signs(text))
    return cat(printable(text.substr(0, scheme_end)), "://…");
  const auto [out, rest] = without_password(text);
  const std::size_t end = std::min(rest.find_first_of("?#"), rest.size());
  const bool query = end < rest.size() && rest[end] == '?';
  return cat(printable(out), printable(rest.substr(0, end)), query ? "?…" : "");
}

}  // namespace probe
