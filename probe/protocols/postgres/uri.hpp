// An application's DATABASE_URL as a URI of libpq.
#pragma once

#include "base/outcome.hpp"

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

namespace probe {

/// libpq's list of options and their values, which are overwritten before it is freed.
struct FreeConninfo {
  void operator()(PQconninfoOption* list) const;
};
using Conninfo = std::unique_ptr<PQconninfoOption, FreeConninfo>;

/// A URI for PQconninfoParse.
struct LibpqUri {
  std::string text;
  std::string left_out;     ///< the parameters that are not libpq's, as `schema, pool`
  bool unverified = false;  ///< the certificate is not to be verified (`sslmode=no-verify`)
};

/// Leaves out the parameters that drivers and frameworks (node-postgres, pgx, Prisma, JDBC, Django,
/// Rails, Ecto, …) read out of their URL and libpq does not know, whatever they are; only a name
/// that is nearly one of libpq's is an error. `ssl=true|false|MODE` and `sslmode=no-verify` become
/// what libpq calls them.
Parsed<LibpqUri> libpq_uri(std::string_view text);

}  // namespace probe
