#include "protocols/postgres/query.hpp"

#include "base/text.hpp"
#include "net/attempt.hpp"
#include "net/task.hpp"
#include "net/wait.hpp"
#include "protocols/postgres/diagnosis.hpp"
#include "protocols/postgres/target.hpp"
#include "protocols/query_value.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

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

/// The beginning of libpq's `struct pg_cancel`, which its PQcancel sends off and no function shows.
struct CancelData {
  struct {
    sockaddr_storage address;
    socklen_t size;
  } peer;  // a struct of its own there, with padding behind it
  int backend_pid;
  int backend_key;
};

std::optional<CancelData> cancel_data(PGconn* connection) {
  struct FreeCancel {
    void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
  };
  const std::unique_ptr<PGcancel, FreeCancel> cancel(PQgetCancel(connection));
  if (!cancel) return std::nullopt;
  CancelData data{};
  std::memcpy(&data, cancel.get(), sizeof data);
  // Another libpq may have another layout.
  if (data.backend_pid != PQbackendPID(connection) || data.peer.size > sizeof data.peer.address)
    return std::nullopt;
  return data;
}

/// CancelRequest (PostgreSQL, "Message Formats").
std::array<char, 16> cancel_request(const CancelData& data) {
  constexpr std::uint32_t code = 80877102;
  std::array<std::uint32_t, 4> words{16, code, static_cast<std::uint32_t>(data.backend_pid),
                                     static_cast<std::uint32_t>(data.backend_key)};
  for (std::uint32_t& word : words) {
    if constexpr (std::endian::native == std::endian::little) word = std::byteswap(word);
  }
  return std::bit_cast<std::array<char, 16>>(words);
}

/// Holds `connection` until the server has closed the other one: a pooler knows the query by it.
Task<void> request_cancel([[maybe_unused]] PostgresConnection connection, CancelData data,
                          asio::io_context& io) {
  const TimePoint until = Clock::now() + cleanup_allowance;
  const int fd =
      ::socket(data.peer.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) co_return;
  Descriptor descriptor = own_descriptor(io, fd);
  const auto* address = reinterpret_cast<const sockaddr*>(&data.peer.address);
  if (::connect(fd, address, data.peer.size) != 0) {
    if (errno != EINPROGRESS) co_return;
    if (!co_await wait_for(io, descriptor, Descriptor::wait_write, until)) co_return;
  }
  const auto request = cancel_request(data);
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) != std::ssize(request)) co_return;
  co_await wait_for(io, descriptor, Descriptor::wait_read, until);
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

void cancel_query(PostgresConnection connection, asio::io_context& io) {
  if (!connection || PQtransactionStatus(connection.get()) != PQTRANS_ACTIVE) return;
  if (const auto data = cancel_data(connection.get()))
    asio::co_spawn(io, request_cancel(std::move(connection), *data, io), asio::detached);
}

std::string options_with_timeout(const Target& target, TimePoint deadline) {
  const char* variable = std::getenv("PGOPTIONS");
  std::string theirs = variable == nullptr ? "" : variable;
  for (const auto& [keyword, value] : data_of<PostgresTarget>(target).parameters) {
    if (keyword == "options") theirs = value.reveal();
  }
  if (deadline == no_deadline) return theirs;
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now());
  return cat("-c statement_timeout=", std::max<long long>(left.count(), 1), "s ", theirs);
}

}  // namespace probe
