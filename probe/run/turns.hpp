// Whose attempt is next, where not all can be under way at the same time.
#pragma once

#include "net/task.hpp"
#include "run/watch.hpp"

#include <cstddef>
#include <vector>

namespace probe {

class Turns {
 public:
  explicit Turns(std::size_t at_once) : vacant_(at_once) {}

  /// True if an attempt may start at once.
  bool take() {
    if (vacant_ == 0) return false;
    --vacant_;
    return true;
  }

  /// Waits for the end of another attempt, by `watch`'s timer; false if `deadline` comes first or
  /// the timer is cancelled.
  Task<bool> wait(Watch& watch, TimePoint deadline);

  /// An attempt is over: who has waited longest takes its place.
  void pass_on();

 private:
  std::vector<Watch*> queue_;
  std::size_t vacant_;  ///< so many more attempts can be under way
};

}  // namespace probe
