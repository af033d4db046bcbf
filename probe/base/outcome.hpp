// What a check ends with.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace probe {

/// Where a check was when it failed; its name is the word that the user reads first.
enum class Stage : std::uint8_t {
  resolve,   ///< looking up a name
  connect,   ///< reaching an address or a socket
  open,      ///< finding a file, and reading it
  tls,       ///< TLS handshake and certificate
  login,     ///< authentication
  query,     ///< Postgres query, Redis command
  request,   ///< sending an HTTP request
  response,  ///< receiving and judging an answer
  expect,    ///< what the user asked for on top
  run,       ///< nothing of the target's: the run itself was ended
};
std::string_view name(Stage stage);

/// Why a check failed; decides whether trying again can help.
enum class Reason : std::uint8_t {
  timeout,      ///< the deadline came first
  refused,      ///< something answered, and it was no
  unreachable,  ///< no route, no such name, no such socket
  auth,         ///< credentials missing, wrong or insufficient
  certificate,  ///< the peer's certificate is not trusted
  protocol,     ///< the peer speaks something else, or breaks off
  not_ready,    ///< the server says that it is not ready
  cancelled,    ///< ended from outside, not by time
  local,        ///< this system's trouble: no descriptor, no memory; says nothing of the peer
};
std::string_view name(Reason reason);

/// Whether no retry mends it: wrong credentials, an untrusted certificate.
constexpr bool permanent(Reason reason) {
  return reason == Reason::auth || reason == Reason::certificate;
}

struct Failure {
  Stage stage = Stage::run;
  Reason reason = Reason::not_ready;
  std::string detail;        ///< for people; text from a peer is already `printable`
  std::string code;          ///< the server's own (SQLSTATE); may be empty
  std::string address = {};  ///< whose it is, where that is not plain; may be empty
};

/// The failure of a system call of ours, in the system's words.
Failure local_failure(int error_number);

/// Whether it means that nobody is there: refused, no route, no such name or socket, silence while
/// connecting. Any other failure shows that somebody is, or shows nothing.
bool means_absence(const Failure& failure);

struct Ready {
  std::string detail;  ///< for people: `200 OK`, `PONG`, …
};

using Outcome = std::expected<Ready, Failure>;

/// A mistake in what the user typed: one line that names the word that is off (exit status 64,
/// EX_USAGE).
struct UsageError {
  std::string text;
};

template <class Value>
using Parsed = std::expected<Value, UsageError>;

inline std::unexpected<UsageError> usage_error(std::string text) {
  return std::unexpected(UsageError{std::move(text)});
}

}  // namespace probe
