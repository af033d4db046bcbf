// Time: one monotonic clock, absolute deadlines, and how durations are read and written.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = std::chrono::microseconds;

/// A deadline that never comes.
inline constexpr TimePoint no_deadline = TimePoint::max();

/// Reads `500ms`, `3s`, `1m30s`, `1h`, `1.5s` or a plain number of seconds. Units must fall
/// (`1m30s`, not `30s1m`). Empty for anything else, negative or beyond 10 years.
std::optional<Duration> parse_duration(std::string_view text);

/// A measured time for people: `0.4ms`, `12.3ms`, `1.25s`, `2m05s`.
std::string format_elapsed(Duration time);

/// A configured time as short as it is exact: `500ms`, `3s`, `1m30s`.
std::string format_duration(Duration time);

}  // namespace probe
