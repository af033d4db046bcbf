// One attempt at one target: its deadline, and what it is doing, for time-outs and for `-v`.
#pragma once

#include "base/clock.hpp"
#include "base/outcome.hpp"
#include "target/target.hpp"

#include <asio/io_context.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace probe {

/// Where `-v` writes; does nothing unless enabled.
class Trace {
 public:
  /// `before` is written before each line.
  explicit Trace(bool enabled, std::string_view before = "") : enabled_(enabled), before_(before) {}
  bool enabled() const { return enabled_; }
  /// Writes one line to standard error at once, so that a hang can be watched.
  void line(std::string_view text) const;

 private:
  bool enabled_;
  std::string_view before_;
};

/// How long after its deadline an attempt may still be busy with its end, such as cancelling a
/// query. A deadline is kept to within 100 ms.
inline constexpr std::chrono::milliseconds cleanup_allowance{70};

class Attempt {
 public:
  /// `bound` is what the user knows the deadline as, for the text of a time-out: `-t 3s`.
  Attempt(asio::io_context& io, const Trace& trace, const Target& target, TimePoint deadline,
          std::string bound)
      : io_(io), trace_(trace), target_(target), deadline_(deadline), bound_(std::move(bound)) {}

  asio::io_context& io() { return io_; }
  TimePoint deadline() const { return deadline_; }

  /// The stage that begins, and what is awaited in it, as in "no answer"; `address` says from whom.
  void waiting(Stage stage, std::string_view what, std::string_view address = "");

  /// Tells `-v` what a stage came to.
  void note(Stage stage, std::string_view text) const;
  bool tracing() const { return trace_.enabled(); }

  /// Why an attempt that was ended by its deadline failed: "no answer within -t 3s".
  Failure timed_out() const;
  Failure cancelled() const;

  Duration elapsed() const;

 private:
  asio::io_context& io_;
  const Trace& trace_;
  const Target& target_;
  TimePoint started_ = Clock::now();
  TimePoint deadline_;
  std::string bound_;
  Stage stage_ = Stage::run;
  std::string what_ = "not started";
  std::string address_;
};

}  // namespace probe
