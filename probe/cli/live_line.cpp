#include "cli/live_line.hpp"

#include "base/text.hpp"
#include "cli/process.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace probe {
namespace {

constexpr std::string_view erase_line = "\r\x1b[J";

volatile std::sig_atomic_t& shown() {
  static volatile std::sig_atomic_t value = 0;
  return value;
}

/// Whether drawing is all right: a terminal that is stopped (Ctrl-S) would block us, and over what
/// its user types a background job must not write. Async-signal-safe.
bool drawable() {
  const pid_t group = ::tcgetpgrp(STDOUT_FILENO);  // less than 0: not our controlling terminal
  pollfd terminal{STDOUT_FILENO, POLLOUT, 0};
  return (group < 0 || group == ::getpgrp()) && ::poll(&terminal, 1, 0) == 1;
}

void erase_before_end() {
  if (shown() != 0 && drawable()) write_out(erase_line);
}

}  // namespace

LiveLine::LiveLine(bool wanted) : active_(wanted && ::isatty(STDOUT_FILENO) == 1) {
  const char* term = std::getenv("TERM");
  if (term != nullptr && std::string_view(term) == "dumb") active_ = false;
  if (active_) before_end_by_signal(erase_before_end);
}

std::size_t LiveLine::width() const {
  if (!active_ || !drawable()) return 0;
  winsize size{};
  constexpr std::size_t usual = 80;
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  // In the last column a terminal may be about to wrap.
  return known ? size.ws_col - 1U : usual - 1;
}

std::string_view LiveLine::before_errors() const {
  return active_ && ::isatty(STDERR_FILENO) == 1 ? erase_line : "";
}

void LiveLine::show(std::string_view text) const {
  if (!active_) return;
  shown() = 1;
  write_out(cat("\r", text, "\x1b[J\r"));
}

void LiveLine::erase() const {
  if (active_ && shown() != 0) write_out(erase_line);
  shown() = 0;
}

}  // namespace probe
