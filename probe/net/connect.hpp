// Reaching an endpoint.
#pragma once

#include "net/attempt.hpp"
#include "net/task.hpp"
#include "net/wait.hpp"
#include "target/target.hpp"

#include <asio/ip/address.hpp>

#include <expected>
#include <span>
#include <string>

namespace probe {

/// How long one address may take before the next one is tried beside it (RFC 8305, section 5).
inline constexpr std::chrono::milliseconds connection_attempt_delay{250};

/// Connects to a Unix socket, or to the first address of the host that accepts. The next address
/// starts when one fails or after `connection_attempt_delay`; those that lose are closed. The
/// descriptor is non-blocking and close-on-exec.
Task<std::expected<Descriptor, Failure>> connect(const Endpoint& endpoint, Attempt& attempt);

/// `127.0.0.1:80`, `[::1]:80`.
std::string format_address(const asio::ip::address& address, std::uint16_t port);

/// The reason of several addresses' failures, of which there is at least one: the one that got
/// furthest, with the addresses of all that failed alike. It means absence only if all do.
Failure furthest(std::span<const Failure> failures);

/// Words and reason for an `errno` that ended a connection; the same on every C library. One that
/// is not the peer's doing is a `local_failure`.
Failure connection_failure(Stage stage, int error_number, std::string_view address);

}  // namespace probe
