// What a query has answered.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

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

}  // namespace probe
