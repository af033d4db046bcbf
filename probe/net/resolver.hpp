// Looking up host names.
#pragma once

#include "net/attempt.hpp"

#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>

#include <expected>
#include <string>
#include <vector>

namespace probe {

/// The addresses of `host`, in the order in which they should be tried (RFC 6724). An address
/// literal and `localhost` (RFC 6761, section 6.3) are answered without opening anything; other
/// names come from /etc/hosts and the name servers of /etc/resolv.conf, by c-ares, within
/// `attempt`'s deadline.
asio::awaitable<std::expected<std::vector<asio::ip::address>, Failure>> resolve(std::string host,
                                                                                Attempt& attempt);

}  // namespace probe
