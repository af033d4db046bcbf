// Looking up host names.
#pragma once

#include "net/attempt.hpp"
#include "net/task.hpp"

#include <asio/ip/address.hpp>

#include <expected>
#include <span>
#include <string>
#include <vector>

namespace probe {

using Addresses = std::expected<std::vector<asio::ip::address>, Failure>;

/// The addresses of `host`, in the order in which they should be tried (RFC 6724), as
/// getaddrinfo(3) of glibc finds them. An address literal and `localhost` (RFC 6761, section 6.3)
/// are answered without opening anything. A name that /etc/hosts has is not asked for elsewhere.
/// For another one the name servers of /etc/resolv.conf are asked, by c-ares, within `attempt`'s
/// deadline: of its search list the first name that has an address of any family, or whose server
/// fails in a way that is not SERVFAIL, decides for both families.
Task<Addresses> resolve(std::string host, Attempt& attempt);

/// The same for several names at once. Where some are known already, the others may take up half of
/// the time that is left.
Task<std::vector<Addresses>> resolve_all(std::vector<std::string> hosts, Attempt& attempt);

}  // namespace probe
