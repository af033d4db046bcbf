// What the targets of several protocols have in common.
#pragma once

#include "protocols/protocol.hpp"

namespace probe {

/// Fills in name, endpoint and credentials from a URL's authority. `…+unix` schemes take their
/// socket from the percent-encoded host or, where that is empty, from the path.
Parsed<Target> parse_common(const Protocol& protocol, std::string_view text, const Url& url,
                            CheckOptions options);

/// For a protocol without anything behind the authority, but the path of a Unix socket.
Parsed<void> check_no_path(const Protocol& protocol, const Url& url);

/// Gives a target of a TLS scheme its context; nothing for others.
Parsed<void> secure(Target& target, std::string_view alpn);

/// What a request of HTTP names as its host (RFC 9110, section 7.2), without `default_port`;
/// `localhost` for a Unix socket.
std::string authority(const Target& target, std::uint16_t default_port);

/// Whether the user has set, or with an empty value removed, the header field `name`.
bool sets_header(const CheckOptions& options, std::string_view name);

/// A target's name: its URL without secrets.
std::string shown_name(std::string_view url, const CheckOptions& options);

/// What is said of a server that has another role than was asked for; `got` is its word for it,
/// made fit to be shown.
Failure wrong_role(std::string_view wanted, std::string_view got);

/// Checks the length of a Unix socket's path (unix(7): at most 107 bytes).
Parsed<std::string> socket_path(std::string path);

}  // namespace probe
