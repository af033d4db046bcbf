#include "protocols/postgres/cancel.hpp"

#include "base/text.hpp"
#include "net/attempt.hpp"
#include "net/task.hpp"
#include "net/wait.hpp"
#include "protocols/postgres/target.hpp"

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
