// Nothing that we sent goes on in the server when nobody waits for it any longer.
#pragma once

#include "base/clock.hpp"
#include "target/target.hpp"

#include <asio/io_context.hpp>
#include <libpq-fe.h>

#include <memory>
#include <string>

namespace probe {

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
