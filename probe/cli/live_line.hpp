// The one line on a terminal that is drawn again and again, and leaves no trace.
#pragma once

#include <cstddef>
#include <string_view>

namespace probe {

/// A line below the results, for as long as this exists; there is at most one. The cursor rests at
/// its start, so that nothing is left of it when the terminal becomes narrower and wraps it.
class LiveLine {
 public:
  /// Only if `wanted`, and standard output is a terminal that can do this (TERM is not `dumb`),
  /// does anything here have an effect, such as that SIGTERM and SIGINT leave no line behind.
  explicit LiveLine(bool wanted);
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  ~LiveLine() { erase(); }

  bool active() const { return active_; }
  /// How many columns `show` has now; 0 if it would be of no use, since the terminal takes nothing
  /// or is another process's at the moment.
  std::size_t width() const;

  /// What to write before a line on standard error, which may be the same terminal.
  std::string_view before_errors() const;

  void show(std::string_view text) const;
  void erase() const;

 private:
  bool active_;
};

}  // namespace probe
