#include "protocols/postgres/result.hpp"

#include "protocols/postgres/error.hpp"
#include "protocols/query_value.hpp"

namespace probe {
namespace {

Failure query_failure(const PGresult* result) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string_view(text == nullptr ? "" : text);
  };
  const std::string_view sqlstate = field(PG_DIAG_SQLSTATE);
  if (sqlstate.empty())
    return parse_connection_errors(PQresultErrorMessage(result), Stage::query).front();
  return server_failure(Stage::query, sqlstate, field(PG_DIAG_MESSAGE_PRIMARY));
}

std::unexpected<Failure> unmet(std::string_view got) {
  return std::unexpected(missing_row(got));
}

}  // namespace

std::expected<std::optional<QueryValue>, Failure> first_value(const PGresult* result) {
  // Behind the last result there is none.
  if (result == nullptr) return unmet("none");
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
      return std::nullopt;
    case PGRES_TUPLES_OK:
      return unmet("none");
    case PGRES_SINGLE_TUPLE:
      break;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      return unmet("a COPY");
    default:
      return std::unexpected(query_failure(result));
  }
  if (PQnfields(result) == 0) return unmet("one without columns");
  QueryValue value{.type = PQftype(result, 0), .text = std::nullopt};
  if (PQgetisnull(result, 0, 0) == 0) {
    value.text.emplace(PQgetvalue(result, 0, 0),
                       static_cast<std::size_t>(PQgetlength(result, 0, 0)));
  }
  return value;
}

bool is_true(const QueryValue& value) {
  constexpr Oid boolean = 16;
  if (!value.text) return false;
  if (value.type == boolean) return *value.text == "t";
  return is_true(*value.text);
}

}  // namespace probe
