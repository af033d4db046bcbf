// URLs (RFC 3986): splitting, percent-decoding, and hiding what is secret in them.
#pragma once

#include "base/outcome.hpp"
#include "base/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
/// userinfo.
Parsed<Url> parse_url(std::string_view text);

/// A password with `/`, `?` or `#` in it makes what stands before that look like a host and port.
/// Saying so beats a complaint about the port or the fragment, which would repeat a part of the
/// password.
Parsed<void> check_userinfo(std::string_view text);

/// Replaces `%XX`. Empty if an escape is not two hexadecimal digits or decodes to NUL.
std::optional<std::string> percent_decode(std::string_view text);

/// Encodes all but the unreserved characters (RFC 3986, section 2.3) and those in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep);

/// Encodes what may not stand in a path or query (space, control characters, non-ASCII); leaves the
/// rest.
std::string percent_encode_request(std::string_view text);

/// A port from 1 to 65535, or an error that names `text`.
Parsed<std::uint16_t> parse_port(std::string_view text);

/// The value of `name` in a query string (`a=1&b=2`), percent-decoded; empty if absent.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

/// Adds the values of a query's parameters that are named like secrets, as they are written and as
/// they are meant.
void add_secret_parameters(std::string_view query, std::vector<Secret>& secrets);

/// A valid URL that may be shown: without password and the values of query parameters that are
/// named like secrets (`password`, `token`, …). `text` has no fragment.
std::string redact_url(std::string_view text);

/// The same for any word, for complaints about it: a password may stand anywhere in it, so less is
/// shown.
std::string redact_word(std::string_view text);

}  // namespace probe
