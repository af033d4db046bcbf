// A protocol: one row per URL scheme, with everything that is known of it. Dispatch, validation,
// `--help`, the man page, the completions, the README's table and "did you mean" are made of these.
#pragma once

#include "base/outcome.hpp"
#include "net/attempt.hpp"
#include "net/task.hpp"
#include "target/target.hpp"
#include "target/url.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace probe {

class Exchange;

/// Where a URL has the path of a Unix socket.
enum class SocketPath : std::uint8_t {
  none,
  in_host,  ///< `http+unix://%2Frun%2Fapp.sock/path`
  in_path,  ///< `unix:///run/app.sock`
};

enum class Tls : std::uint8_t {
  none,
  from_start,  ///< before the first byte of the protocol
  upgraded,    ///< when the exchange asks for it
};

struct Protocol {
  /// Reads a target; `text` is the whole TARGET without fragment. All that can be known to be wrong
  /// without asking the peer is an error here. No network I/O.
  using Parse = Parsed<Target>(const Protocol& protocol, std::string_view text,
                               CheckOptions options);
  /// The conversation of one attempt. `target` outlives it.
  using Make = std::unique_ptr<Exchange>(const Target& target);
  /// One attempt, for what is more than one conversation. Ends by itself, or by an
  /// `asio::system_error` when the attempt is cancelled; leaves in `attempt` what it is waiting
  /// for.
  using Check = Task<Outcome>(const Target& target, Attempt& attempt);

  std::string_view scheme;
  std::string_view title;          ///< with its article: "an HTTP", as in "not an HTTP answer"
  std::uint16_t default_port = 0;  ///< 0: the target has to name one, or needs none
  SocketPath socket = SocketPath::none;
  Tls tls = Tls::none;
  CheckOptionSet options;
  Parse* parse;
  Make* make = nullptr;  ///< one of these two
  Check* check = nullptr;
  /// For the table of targets in `--help` and README: a target, and what "ready" means for it.
  /// Without `ready` the example stands beside the one of the row before. Empty for a scheme that
  /// is only another name.
  std::string_view example = {};
  std::string_view ready = {};
};

// What the protocols' own files define, for the rows.
Protocol::Parse parse_amqp, parse_dns, parse_file, parse_grpc, parse_http, parse_memcached,
    parse_mqtt, parse_mysql, parse_nats, parse_postgres, parse_redis, parse_socket;
Protocol::Make make_amqp, make_grpc, make_memcached, make_mqtt, make_mysql, make_nats, make_redis,
    make_socket;
Protocol::Check check_dns, check_file, check_http, check_postgres, check_sentinel;

/// Every scheme, in the order of the documentation.
std::span<const Protocol> protocols();

/// The row of a scheme, which may end in `+driver` or begin with `jdbc:`; null if there is none.
const Protocol* find_protocol(std::string_view scheme);

/// One attempt at a target, as its row has it, with the time in which it computes measured against
/// its deadline.
Task<Outcome> check(const Target& target, Attempt& attempt);

}  // namespace probe
