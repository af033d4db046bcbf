#include "run/retry.hpp"

#include <algorithm>

namespace probe {

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

Duration Backoff::pause() {
  const std::int64_t nominal = std::min(next_, cap_).count();
  if (++taken_ == repeats_) {
    next_ = std::min(next_ * 2, cap_);
    taken_ = 0;
  }
  // 80 % to 120 % of the nominal pause.
  const std::int64_t percent = 80 + static_cast<std::int64_t>(random_.next() % 41);
  return Duration(nominal / 100 * percent);
}

}  // namespace probe
