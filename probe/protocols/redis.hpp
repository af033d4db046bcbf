#pragma once

#include "net/task.hpp"
#include "protocols/protocol.hpp"

namespace probe {

/// `redis://[[user]:password@]host[:port][/db]`, `rediss://…`, `redis+unix:///path[?db=N]`, with
/// `?username=` and `?password=` where they do not stand before the `@`, and `?cluster`. Without a
/// password there, `REDISCLI_AUTH` is used. Other query parameters belong to the application's
/// client and are ignored.
Parsed<Target> parse_redis(const Protocol& protocol, std::string_view text, CheckOptions options);

/// Ready if `AUTH` and `SELECT` succeed, where asked for, and `PING` answers `PONG`; with
/// `?cluster`, which `PING` says nothing of, only if the node also finds its cluster up.
Task<Outcome> check_redis(const Target& target, Attempt& attempt);

}  // namespace probe
