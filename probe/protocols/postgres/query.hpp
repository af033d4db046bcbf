// What a query has answered, and how it ends when nobody waits for it any longer.
#pragma once

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "target/target.hpp"

#include <asio/io_context.hpp>
#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>

namespace probe {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using QueryResult = std::unique_ptr<PGresult, ClearResult>;

/// The first value of a row, in text (libpq chapter "Command Execution Functions").
struct QueryValue {
  Oid type = 0;
  std::optional<std::string> text;  ///< nothing: NULL
};

/// Reads one result in single-row mode. Nothing if it has no rows by its nature (`SET`), so that
/// the next one has to be looked at. Fails on an error, on a query without a row, and on `COPY`.
std::expected<std::optional<QueryValue>, Failure> first_value(const PGresult* result);

/// Whether a value means yes: it is not NULL, not false, and no zero of any kind (`0`, `0.00`).
bool is_true(const QueryValue& value);

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using PostgresConnection = std::unique_ptr<PGconn, FinishConnection>;

/// Asks the server to end the query of `connection`, if one is under way, and closes both
/// connections when it has, at the latest after `cleanup_allowance`. Returns at once; `io` does the
/// rest. PQcancel would block.
void cancel_query(PostgresConnection connection, asio::io_context& io);

/// libpq's `options`, as the user has them, with a `statement_timeout` in front that ends a query
/// soon after `deadline`, in whole seconds: a pooler keeps a connection for each value.
std::string options_with_timeout(const Target& target, TimePoint deadline);

}  // namespace probe
