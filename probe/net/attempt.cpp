#include "net/attempt.hpp"

#include "base/text.hpp"

#include <unistd.h>

namespace probe {

namespace {
constexpr std::size_t longest_line = 1000;
}  // namespace

void Trace::line(std::string_view text) const {
  if (!enabled_) return;
  const std::string out = cat(before_, "* ", text, "\n");
  // Nothing can be done if standard error is gone, and the check goes on without it.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, out.data(), out.size());
}

void Attempt::waiting(Stage stage, std::string_view what, std::string_view address) {
  stage_ = stage;
  what_ = what;
  address_ = address;
}

void Attempt::note(Stage stage, std::string_view text) const {
  if (!trace_.enabled()) return;
  trace_.line(cat(target_.name, "  ", name(stage), ": ", excerpt(text, target_, longest_line),
                  "  +", format_elapsed(elapsed())));
}

Failure Attempt::timed_out() const {
  return {stage_, Reason::timeout, cat(what_, " within ", bound_), "", address_};
}

Failure Attempt::cancelled() const {
  return {stage_, Reason::cancelled, cat(what_, " when the run was stopped"), "", address_};
}

Duration Attempt::elapsed() const {
  return std::chrono::duration_cast<Duration>(Clock::now() - started_);
}

}  // namespace probe
