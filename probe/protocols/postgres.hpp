#pragma once

#include "net/task.hpp"
#include "protocols/protocol.hpp"

namespace probe {

/// A connection URI as libpq has it (libpq, "Connection URIs"), with libpq's `PG*` variables where
/// it is silent. Differences: no host means `localhost`, never a socket; no user means `PGUSER`,
/// else `postgres`, never the operating system's user.
Parsed<Target> parse_postgres(const Protocol& protocol, std::string_view text,
                              CheckOptions options);

/// Without user and password: ready if the server accepts connections, as `pg_isready` judges it
/// (any answer but 57P03, "cannot_connect_now"). With one: ready if the login works and `SELECT 1`
/// answers.
Task<Outcome> check_postgres(const Target& target, Attempt& attempt);

}  // namespace probe
