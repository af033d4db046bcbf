// When to try again. Pure: time and chance come from outside.
#pragma once

#include "base/clock.hpp"

#include <cstdint>

namespace probe {

/// A small generator (SplitMix64) for jitter; not for anything that must not be guessed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

/// Exponential backoff: `first`, doubling up to `cap` after every `repeats` pauses, each with ±20 %
/// jitter so that many containers started together do not ask together. With repeats, a pause stays
/// a small share of the time that has passed.
class Backoff {
 public:
  Backoff(Duration first, Duration cap, unsigned repeats, Random random)
      : next_(first), cap_(cap), repeats_(repeats), random_(random) {}
  /// The pause before the next attempt.
  Duration pause();

 private:
  Duration next_;
  Duration cap_;
  unsigned repeats_;
  unsigned taken_ = 0;  ///< pauses of this length
  Random random_;
};

}  // namespace probe
