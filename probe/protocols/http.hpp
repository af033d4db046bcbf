#pragma once

#include "net/task.hpp"
#include "protocols/protocol.hpp"

namespace probe {

/// `http://[user[:password]@]host[:port][/path][?query]` (RFC 9110, section 4.2), or
/// `http+unix://SOCKET/path` with the socket's path percent-encoded.
Parsed<Target> parse_http(const Protocol& protocol, std::string_view text, CheckOptions options);

/// Ready if the final response is complete and its status is in `--status`.
Task<Outcome> check_http(const Target& target, Attempt& attempt);

}  // namespace probe
