// The table of protocols. A new one is a row here and a file beside this one.
#include "base/watchdog.hpp"
#include "protocols/exchange.hpp"
#include "protocols/protocol.hpp"

#include <algorithm>
#include <array>

namespace probe {

namespace {

using enum CheckOption;
constexpr CheckOptionSet tls_options{insecure, cacert, cert, key, server_name, cert_days};

/// The same protocol with TLS from the first byte.
constexpr Protocol with_tls(Protocol row, std::string_view scheme, std::uint16_t port,
                            std::string_view example, std::string_view ready) {
  row.scheme = scheme;
  row.default_port = port;
  row.tls = Tls::from_start;
  row.options = row.options | tls_options;
  row.example = example;
  row.ready = ready;
  return row;
}

/// The same over a Unix socket.
constexpr Protocol over_socket(Protocol row, std::string_view scheme, SocketPath socket,
                               std::string_view example, std::string_view ready) {
  row.scheme = scheme;
  row.default_port = 0;
  row.socket = socket;
  row.example = example;
  row.ready = ready;
  return row;
}

/// The same, of a server that a Sentinel names.
constexpr Protocol behind_sentinel(Protocol row, std::string_view scheme, std::string_view example,
                                   std::string_view ready) {
  row.scheme = scheme;
  row.default_port = 26379;
  row.options = {inverted};
  row.make = nullptr;
  row.check = check_sentinel;
  row.example = example;
  row.ready = ready;
  return row;
}

/// Another name of a scheme.
constexpr Protocol alias(Protocol row, std::string_view scheme) {
  row.scheme = scheme;
  row.example = {};
  return row;
}

constexpr Protocol http{
    .scheme = "http",
    .title = "an HTTP",
    .default_port = 80,
    .options = {status, method, header, data, location, expect_text, expect_json, expect_header,
                inverted},
    .parse = parse_http,
    .check = check_http,
    .example = "http://host/  :8080/health",
    .ready = "the answer's status is from 200 to 399",
};
constexpr Protocol postgres{
    .scheme = "postgres",
    .title = "a Postgres",
    .default_port = 5432,
    .options = {query, role, cert_days, inverted},
    .parse = parse_postgres,
    .check = check_postgres,
    .example = "postgres://user:password@host/db",
    .ready = "login and SELECT 1, or it accepts connections",
};
constexpr Protocol mysql{
    .scheme = "mysql",
    .title = "a MySQL",
    .default_port = 3306,
    .tls = Tls::upgraded,
    .options = CheckOptionSet{query, role, inverted} | tls_options,
    .parse = parse_mysql,
    .make = make_mysql,
    .example = "mysql://user:password@host/db",
    .ready = "login and SELECT 1, or it answers a login",
};
constexpr Protocol redis{
    .scheme = "redis",
    .title = "a Redis",
    .default_port = 6379,
    .options = {role, inverted},
    .parse = parse_redis,
    .make = make_redis,
    .example = "redis://:pw@host/0",
    .ready = "a login if given, PING answers PONG",
};
constexpr Protocol rediss = with_tls(redis, "rediss", 6379, "rediss://", "");
constexpr Protocol memcached{
    .scheme = "memcached",
    .title = "a memcached",
    .default_port = 11211,
    .options = {inverted},
    .parse = parse_memcached,
    .make = make_memcached,
    .example = "memcached://h",
    .ready = "a login if given, version is answered",
};
constexpr Protocol amqp{
    .scheme = "amqp",
    .title = "an AMQP 0-9-1",
    .default_port = 5672,
    .options = {inverted},
    .parse = parse_amqp,
    .make = make_amqp,
    .example = "amqp://user:pw@host/vh",
    .ready = "login (or as guest), the vhost opens",
};
constexpr Protocol nats{
    .scheme = "nats",
    .title = "a NATS",
    .default_port = 4222,
    .options = {inverted},
    .parse = parse_nats,
    .make = make_nats,
    .example = "nats://user:pw@host",
    .ready = "a login if given, PING answers PONG",
};
/// The server's INFO comes before the handshake.
constexpr Protocol nats_tls = [] {
  Protocol row = with_tls(nats, "nats+tls", 4222, "nats+tls://", "");
  row.tls = Tls::upgraded;
  return row;
}();
constexpr Protocol mqtt{
    .scheme = "mqtt",
    .title = "an MQTT",
    .default_port = 1883,
    .options = {inverted},
    .parse = parse_mqtt,
    .make = make_mqtt,
    .example = "mqtt://user:pw@host",
    .ready = "it accepts a connection (CONNACK 0)",
};
constexpr Protocol grpc{
    .scheme = "grpc",
    .title = "a gRPC",
    .default_port = 50051,
    .options = {header, inverted},
    .parse = parse_grpc,
    .make = make_grpc,
    .example = "grpc://h",
    .ready = "its health service says SERVING",
};
constexpr Protocol dns{
    .scheme = "dns",
    .title = "a DNS",
    .default_port = 53,
    .options = {inverted},
    .parse = parse_dns,
    .check = check_dns,
    .example = "dns://server/name  ?type=AAAA",
    .ready = "the server answers with such a record",
};
constexpr Protocol tcp{
    .scheme = "tcp",
    .title = "a TCP",
    .options = {data, expect_text, inverted},
    .parse = parse_socket,
    .make = make_socket,
    .example = "tcp://host:port",
    .ready = "a connection is accepted",
};
constexpr Protocol file{
    .scheme = "file",
    .title = "a file",
    .options = {expect_text, expect_json, max_age, inverted},
    .parse = parse_file,
    .check = check_file,
    .example = "file:///run/app.alive",
    .ready = "a file is there",
};

constexpr std::array table{
    http,
    with_tls(http, "https", 443, "https://host/", "the same in TLS, with a good certificate"),
    over_socket(http, "http+unix", SocketPath::in_host, "http+unix://%2Frun%2Fa.sock/",
                "the same over a Unix socket"),
    postgres,
    alias(postgres, "postgresql"),
    mysql,
    alias(mysql, "mysql2"),
    alias(mysql, "mariadb"),
    over_socket(mysql, "mysql+unix", SocketPath::in_path, "mysql+unix:///run/mysqld.sock",
                "the same over a Unix socket"),
    over_socket(mysql, "mariadb+unix", SocketPath::in_path, "", ""),
    redis,
    rediss,
    over_socket(redis, "redis+unix", SocketPath::in_path, "redis+unix:///run/redis.sock",
                "the same over a Unix socket"),
    over_socket(redis, "redis+socket", SocketPath::in_path, "", ""),
    behind_sentinel(redis, "redis+sentinel", "redis+sentinel://host/mymaster",
                    "the master that a Sentinel names is ready"),
    behind_sentinel(redis, "redis-sentinel", "", ""),
    alias(redis, "valkey"),
    alias(rediss, "valkeys"),
    memcached,
    over_socket(memcached, "memcached+unix", SocketPath::in_path, "memcached+unix:///", ""),
    grpc,
    with_tls(grpc, "grpcs", 50051, "grpcs://", ""),
    over_socket(grpc, "grpc+unix", SocketPath::in_path, "grpc+unix:///s", ""),
    amqp,
    with_tls(amqp, "amqps", 5671, "amqps://", ""),
    nats,
    nats_tls,
    mqtt,
    with_tls(mqtt, "mqtts", 8883, "mqtts://", ""),
    dns,
    tcp,
    over_socket(tcp, "unix", SocketPath::in_path, "unix:///app.sock", ""),
    with_tls(tcp, "tls", 0, "tls://host:port", "a handshake, with a good certificate"),
    file,
};

}  // namespace

std::span<const Protocol> protocols() {
  return table;
}

const Protocol* find_protocol(std::string_view scheme) {
  constexpr std::array<std::string_view, 3> databases{"postgres", "mysql", "mariadb"};
  const std::string_view name = scheme.substr(scheme.starts_with("jdbc:") ? 5 : 0);
  const bool database = std::ranges::any_of(
      databases, [name](std::string_view one) { return name.starts_with(one); });
  if (database) scheme = name;
  const auto* found = std::ranges::find(table, scheme, &Protocol::scheme);
  if (found == table.end() && database)
    found = std::ranges::find(table, scheme.substr(0, scheme.find('+')), &Protocol::scheme);
  return found == table.end() ? nullptr : found;
}

Task<Outcome> check(const Target& target, Attempt& attempt) {
  begin_work(attempt.deadline());
  const Protocol& protocol = *target.protocol;
  if (protocol.check != nullptr) co_return co_await protocol.check(target, attempt);
  const std::shared_ptr<Exchange> exchange = protocol.make(target);
  const auto conversed = co_await converse(target, exchange, attempt);
  if (!conversed) co_return std::unexpected(conversed.error());
  co_return judge(target, *exchange, attempt);
}

}  // namespace probe
