// Checks all targets at once, again and again where asked, within one deadline.
#pragma once

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "net/attempt.hpp"
#include "target/target.hpp"

#include <functional>
#include <span>
#include <vector>

namespace probe {

/// How often and how long; the same for all targets.
struct RunOptions {
  Duration timeout = std::chrono::seconds(3);          ///< the whole run; absolute
  Duration attempt_timeout = std::chrono::seconds(3);  ///< one attempt
  unsigned attempts = 1;                               ///< per target, at the most
  unsigned attempts_per_pause = 1;                     ///< attempts after which the pause doubles
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

/// Runs in the calling thread until every target is ready, has used up its attempts, or the
/// deadline has come. The results are in the order of `targets`, which must outlive them. `changed`
/// is called at the first outcome of a target and whenever its next one differs.
std::vector<Result> run(std::span<const Target> targets, const RunOptions& options,
                        const Trace& trace, const std::function<void(const Result&)>& changed = {});

}  // namespace probe
