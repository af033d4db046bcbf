// What a run knows about one of its targets.
#pragma once

#include "base/outcome.hpp"
#include "net/attempt.hpp"
#include "net/task.hpp"
#include "run/runner.hpp"

#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>

#include <exception>
#include <optional>
#include <string>

namespace probe {

/// What an attempt, running as a coroutine of its own, leaves behind.
struct Ended {
  std::optional<Outcome> outcome;
  std::exception_ptr error;
  bool done = false;
  bool expired = false;
};

/// One target and what can end its waiting. Handlers may run late, so they refer to this, not to
/// a frame.
struct Watch {
  Watch(asio::io_context& io, const Target& target) : timer(io), deadline(io) {
    result.target = &target;
  }
  Timer timer;  ///< ends a pause, or tells that an attempt is done
  Timer deadline;
  asio::cancellation_signal cancel;
  std::optional<Attempt> attempt;  ///< the one under way
  Ended ended;
  Result result;
  std::string told;       ///< the state that the listener was last told
  bool admitted = false;  ///< out of the queue
};

}  // namespace probe
