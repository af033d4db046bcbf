// Checks all targets at once, again and again where asked, within one deadline.
#pragma once

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "net/attempt.hpp"
#include "target/target.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace probe {

/// How often and how long; the same for all targets.
struct RunOptions {
  Duration timeout = std::chrono::seconds(3);          ///< the whole run; absolute; 0: none
  Duration attempt_timeout = std::chrono::seconds(3);  ///< one attempt
  std::string_view timeout_name = {};                  ///< as time-outs have it, `-t `, or empty
  std::string_view attempt_timeout_name = {};
  unsigned attempts = 1;            ///< per target, at the most
  unsigned attempts_per_pause = 1;  ///< attempts after which the pause doubles
  Duration interval = std::chrono::milliseconds(50);
  Duration max_interval = std::chrono::seconds(1);
  unsigned successes = 1;  ///< ready answers in a row
  bool fail_fast = false;  ///< end the whole run at a failure that is permanent()
};

/// What came of one target.
struct Result {
  const Target* target = nullptr;
  Outcome outcome = std::unexpected(Failure{});
  unsigned attempts = 0;
  Duration elapsed{};  ///< of the attempt that decided
  Duration total{};    ///< since the run began
};

/// Who is told about a run.
class Listener {
 public:
  /// The first outcome of a target has come, or one that differs from the last one told. Only if it
  /// `follows`.
  virtual void changed(const Result& /*result*/) {}
  bool follows = false;
  /// Comes about every `tick_interval`, if that is not 0.
  virtual void tick() {}
  Duration tick_interval{};
  /// The run's deadline has passed and a check still computes: ends the process in place of the
  /// run, whose results these are. Called by the watchdog (base/watchdog.hpp).
  [[noreturn]] virtual void overrun(const std::vector<Result>& results) = 0;

 protected:
  ~Listener() = default;
};

/// Runs in the calling thread until every target is ready, has used up its attempts, or the
/// deadline has come. The results are in the order of `targets`, which must outlive them.
std::vector<Result> run(std::span<const Target> targets, const RunOptions& options,
                        const Trace& trace, Listener* listener = nullptr);

}  // namespace probe
