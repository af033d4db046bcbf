// A protocol: one row per URL scheme. Dispatch, validation, `--help` and "did you mean" read this
// table.
#pragma once

#include "base/outcome.hpp"
#include "net/attempt.hpp"
#include "net/task.hpp"
#include "target/target.hpp"
#include "target/url.hpp"

#include <span>
#include <string_view>

namespace probe {

struct Protocol {
  std::string_view scheme;
  std::uint16_t default_port;  ///< 0: the target has to name one, or needs none
  bool tls;
  CheckOptionSet options;

  /// Reads a target; `text` is the whole TARGET without fragment. All that
  /// can be known to be wrong without asking the peer is an error here. No network I/O.
  Parsed<Target> (*parse)(const Protocol& protocol, std::string_view text, CheckOptions options);

  /// One attempt. Ends by itself, or by an `asio::system_error` when the attempt is cancelled;
  /// leaves in `attempt` what it is waiting for.
  Task<Outcome> (*check)(const Target& target, Attempt& attempt);
};

/// Every scheme, in the order of the documentation.
std::span<const Protocol> protocols();

/// The row of a scheme, which may end in `+driver` or begin with `jdbc:`; null if there is none.
const Protocol* find_protocol(std::string_view scheme);

}  // namespace probe
