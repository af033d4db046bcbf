// URLs (RFC 3986): splitting, percent-encoding and -decoding.
#pragma once

#include "base/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// The parts of `scheme://[userinfo@]host[:port][/path][?query][#fragment]`, as written (still
/// percent-encoded). Parts that are absent have no value; `path` starts with `/` or is empty.
struct Url {
  std::string_view scheme;
  std::optional<std::string_view> userinfo;
  std::string_view host;  ///< an IPv6 literal without its brackets
  bool bracketed = false;
  std::optional<std::string_view> port;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

/// Whether the path of such a URL is a Unix socket's.
bool is_socket_scheme(std::string_view scheme);

/// Splits `text`, which must outlive the result. Errors name the part that is off and never quote
/// userinfo (see `check_at_signs`).
Parsed<Url> parse_url(std::string_view text);

/// Letters, digits, `-`, `.` and `_`: what a host name or an IPv4 address is made of.
bool is_host_character(char c);

/// Replaces `%XX`. Empty if an escape is not two hexadecimal digits or decodes to NUL.
std::optional<std::string> percent_decode(std::string_view text);

/// Encodes all but the unreserved characters (RFC 3986, section 2.3) and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep);

/// Encodes what may not stand in a path or query (space, control characters, non-ASCII); leaves the
/// rest.
std::string percent_encode_request(std::string_view text);

/// `host` as certificates have it: without the zone of an IPv6 address, which means something on
/// this machine only (RFC 6874, section 4), and without the dot that ends an absolute name, which
/// is for the look-up only (RFC 6066, section 3). May be empty.
std::string_view certified_name(std::string_view host);

/// A port from 1 to 65535, or an error that names `text`.
Parsed<std::uint16_t> parse_port(std::string_view text);

/// The first parameter of a query string (`a=1&b=2`), which is taken off it; still percent-encoded.
struct QueryParameter {
  explicit QueryParameter(std::string_view& query);
  std::string_view name;
  std::optional<std::string_view> value;
};

/// The value of `name` in a query string, percent-decoded; empty if absent.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

}  // namespace probe
