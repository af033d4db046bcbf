#include "target/url.hpp"

#include "base/text.hpp"
#include "target/redact.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace probe {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view hex_digits = "0123456789ABCDEF";

template <class Allowed>
std::string encode_unless(std::string_view text, Allowed allowed) {
  std::string out;
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    out += allowed(c) ? std::string(1, c)
                      : cat('%', hex_digits[value >> 4U], hex_digits[value & 0xfU]);
  }
  return out;
}

/// Splits `text` at the first `mark`: the front stays, what follows is returned.
std::optional<std::string_view> cut(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == npos) return std::nullopt;
  const std::string_view rest = text.substr(at + 1);
  text = text.substr(0, at);
  return rest;
}

Parsed<void> split_authority(std::string_view authority, Url& url) {
  if (const std::size_t at = authority.rfind('@'); at != npos) {
    url.userinfo = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == npos) return usage_error("the IPv6 address is not closed by \"]\"");
    url.bracketed = true;
    url.host = authority.substr(1, close - 1);
    authority.remove_prefix(close + 1);
    if (!authority.empty() && !authority.starts_with(':'))
      return usage_error("unexpected text after \"]\"");
    if (!authority.empty()) url.port = authority.substr(1);
  } else {
    url.port = cut(authority, ':');
    url.host = authority;
    if (url.port && url.port->find(':') != npos) {
      return usage_error("an IPv6 address needs brackets, as in [::1]:8080");
    }
  }
  return {};
}

/// An IPv6 address, with a zone or without (RFC 6874).
bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(text.substr(0, text.find('%'))).c_str(), &address) == 1;
}

Parsed<void> check_characters(const Url& url) {
  if (url.bracketed && !is_ipv6(url.host)) {
    return usage_error(cat("\"", printable(url.host), "\" is not an IPv6 address"));
  }
  // A Unix socket's path stands percent-encoded where a host would.
  const bool socket = is_socket_scheme(url.scheme);
  if (!socket && !url.bracketed && !std::ranges::all_of(url.host, is_host_character)) {
    return usage_error(cat("\"", printable(url.host), "\" is not a host name or address"));
  }
  if (has_control_character(url.path) || (url.query && has_control_character(*url.query)) ||
      url.path.find(' ') != npos) {
    return usage_error("a space or control character must be percent-encoded");
  }
  return {};
}

}  // namespace

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_socket_scheme(std::string_view scheme) {
  return scheme.ends_with("unix") || scheme.ends_with("+socket");
}

Parsed<Url> parse_url(std::string_view text) {
  Url url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == npos || scheme_end == 0) return usage_error("it has no scheme such as http://");
  url.scheme = text.substr(0, scheme_end);
  std::string_view rest = text.substr(scheme_end + 3);
  if (auto checked = check_at_signs(text); !checked) return std::unexpected(checked.error());
  url.fragment = cut(rest, '#');
  url.query = cut(rest, '?');
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  url.path = rest.substr(slash);
  if (auto split = split_authority(rest.substr(0, slash), url); !split)
    return std::unexpected(split.error());
  if (auto checked = check_characters(url); !checked) return std::unexpected(checked.error());
  return url;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
    out += static_cast<char>((high * 16) + low);
    i += 2;
  }
  return out;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  return encode_unless(
      text, [keep](char c) { return is_host_character(c) || c == '~' || keep.find(c) != npos; });
}

std::string percent_encode_request(std::string_view text) {
  return encode_unless(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string_view certified_name(std::string_view host) {
  if (host.find(':') != npos) host = host.substr(0, host.find('%'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

Parsed<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_number(text);
  if (!number || *number == 0 || *number > 65535) {
    // Anything else may be the password of a URL that lacks its host.
    const bool shown = text.find_first_not_of("0123456789") == npos;
    return usage_error(
        cat(shown ? cat("port \"", text, '"') : "its port", " is not a number from 1 to 65535"));
  }
  return static_cast<std::uint16_t>(*number);
}

QueryParameter::QueryParameter(std::string_view& query) : name(query.substr(0, query.find('&'))) {
  query.remove_prefix(std::min(name.size() + 1, query.size()));
  value = cut(name, '=');
}

std::optional<std::string> query_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const QueryParameter parameter(query);
    if (parameter.name == name) return percent_decode(parameter.value.value_or(""));
  }
  return std::nullopt;
}

}  // namespace probe
