// The table of protocols. A new one is a row here, a file beside this one and a line in the README.
#include "protocols/http.hpp"
#include "protocols/postgres.hpp"
#include "protocols/protocol.hpp"
#include "protocols/redis.hpp"
#include "protocols/socket.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

using enum CheckOption;
constexpr CheckOptionSet any_options{inverted};
constexpr CheckOptionSet http_options{status, method, header, data, location, expect, inverted};
constexpr CheckOptionSet tls_options{insecure, cacert, cert, key, server_name};
constexpr CheckOptionSet postgres_options{query, role, inverted};
constexpr CheckOptionSet redis_options{role, inverted};

constexpr std::array table{
    Protocol{"http", 80, false, http_options, parse_http, check_http},
    Protocol{"https", 443, true, http_options | tls_options, parse_http, check_http},
    Protocol{"http+unix", 0, false, http_options, parse_http, check_http},
    Protocol{"postgres", 5432, false, postgres_options, parse_postgres, check_postgres},
    Protocol{"postgresql", 5432, false, postgres_options, parse_postgres, check_postgres},
    Protocol{"redis", 6379, false, redis_options, parse_redis, check_redis},
    Protocol{"rediss", 6379, true, redis_options | tls_options, parse_redis, check_redis},
    Protocol{"redis+unix", 0, false, redis_options, parse_redis, check_redis},
    Protocol{"redis+socket", 0, false, redis_options, parse_redis, check_redis},
    Protocol{"valkey", 6379, false, redis_options, parse_redis, check_redis},
    Protocol{"valkeys", 6379, true, redis_options | tls_options, parse_redis, check_redis},
    Protocol{"tcp", 0, false, any_options, parse_socket, check_socket},
    Protocol{"unix", 0, false, any_options, parse_socket, check_socket},
};

}  // namespace

std::span<const Protocol> protocols() {
  return table;
}

const Protocol* find_protocol(std::string_view scheme) {
  if (scheme.starts_with("jdbc:postgresql")) scheme.remove_prefix(5);
  const auto* found = std::ranges::find(table, scheme, &Protocol::scheme);
  if (found == table.end() && scheme.starts_with("postgres")) {
    found = std::ranges::find(table, scheme.substr(0, scheme.find('+')), &Protocol::scheme);
  }
  return found == table.end() ? nullptr : found;
}

}  // namespace probe
