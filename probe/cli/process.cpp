#include "cli/process.hpp"

#include "base/text.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace probe {
namespace {

void fill_closed_streams() {
  std::array<pollfd, 3> streams{{{0, 0, 0}, {1, 0, 0}, {2, 0, 0}}};
  if (::poll(streams.data(), streams.size(), 0) <= 0) return;
  for (const pollfd& stream : streams) {
    // The lowest free number is taken; nothing can be read from an unconnected socket or written to
    // it, and unlike /dev/null it needs no file system.
    if ((stream.revents & POLLNVAL) != 0) (void)::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  }
}

/// A signal whose disposition is changed, and what it was.
struct Changed {
  int signal;
  struct sigaction before;
};
struct Signals {
  std::array<Changed, 3> changed;
  std::size_t count;
  void (*last_action)();
};
Signals& signals() {
  static Signals all{};
  return all;
}

void change(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  Changed& changed = signals().changed.at(signals().count++);
  changed.signal = signal;
  ::sigaction(signal, &action, &changed.before);
}

void restore_signals() {
  for (const Changed& changed : std::span(signals().changed).first(signals().count)) {
    ::sigaction(changed.signal, &changed.before, nullptr);
  }
}

void end_on_signal(int signal) {
  if (signals().last_action != nullptr) signals().last_action();
  if (::getpid() == 1) ::_exit(128 + signal);
  restore_signals();
  (void)::raise(signal);  // comes when this returns
}

bool has_default_effect(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_DFL;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      pollfd stream{fd, POLLOUT, 0};
      if (::poll(&stream, 1, 1000) == 1) continue;
    }
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void prepare_process() {
  fill_closed_streams();
  // No core dump has a password in it. The kernel resets this for what is executed (prctl(2)).
  ::prctl(PR_SET_DUMPABLE, 0);
  // A reader that has gone away, of a pipe or a socket, is an error code and not the end.
  change(SIGPIPE, SIG_IGN);
  if (::getpid() != 1) return;
  change(SIGTERM, end_on_signal);
  change(SIGINT, end_on_signal);
}

void overwrite_argument(char* text, std::string_view shown) {
  const std::size_t size = std::strlen(text);
  std::memset(text, ' ', size);
  std::memcpy(text, shown.data(), std::min(size, shown.size()));
}

void before_end_by_signal(void (*action)()) {
  signals().last_action = action;
  for (const int signal : {SIGTERM, SIGINT}) {
    if (has_default_effect(signal)) change(signal, end_on_signal);
  }
}

int become(std::span<char* const> words) {
  restore_signals();
  ::execvp(words[0], words.data());
  constexpr int not_executable = 126;
  constexpr int not_found = 127;
  const int error = errno;
  write_error(cat("probe: cannot run \"", printable(words[0]), "\": ", std::strerror(error), "\n"));
  return error == ENOENT || error == ENOTDIR ? not_found : not_executable;
}

bool wants_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

void write_out(std::string_view text) {
  write_all(STDOUT_FILENO, text);
}
void write_error(std::string_view text) {
  write_all(STDERR_FILENO, text);
}

}  // namespace probe
