// Conversations with a Redis server and with a Sentinel, in the Redis serialization protocol
// (RESP2), read by hiredis.
#pragma once

#include "protocols/exchange.hpp"

#include <memory>
#include <optional>
#include <string>

namespace probe {

/// The master that a Sentinel is asked for, and the login to Sentinel itself.
struct SentinelTarget {
  std::string master;
  std::optional<std::string> user;
  std::optional<Secret> password;
};

struct RedisTarget {
  std::string database;          ///< its index; empty: none is selected
  bool cluster = false;          ///< its cluster has to be up, too
  SentinelTarget sentinel = {};  ///< without a master's name: none is asked
};

/// `SENTINEL get-master-addr-by-name`, with a login if there is one. `found` gets the master's host
/// and port, and outlives the exchange.
std::unique_ptr<Exchange> make_sentinel(const Target& target, Endpoint& found);

}  // namespace probe
