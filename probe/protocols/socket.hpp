#pragma once

#include "net/task.hpp"
#include "protocols/protocol.hpp"

namespace probe {

/// `tcp://host:port`, `unix:///path`.
Parsed<Target> parse_socket(const Protocol& protocol, std::string_view text, CheckOptions options);

/// Ready if a connection is accepted.
Task<Outcome> check_socket(const Target& target, Attempt& attempt);

}  // namespace probe
