#include "cli/process.hpp"

#include "base/text.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

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
Changed* changed_signals() {
  static std::array<Changed, 3> changed{{{SIGPIPE, {}}, {SIGTERM, {}}, {SIGINT, {}}}};
  return changed.data();
}
constexpr std::size_t changed_everywhere = 1;  // SIGPIPE
constexpr std::size_t changed_as_init = 3;

void end_on_signal(int signal) {
  ::_exit(128 + signal);
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
  const std::span signals(changed_signals(),
                          ::getpid() == 1 ? changed_as_init : changed_everywhere);
  for (Changed& changed : signals) {
    struct sigaction action {};
    action.sa_handler = changed.signal == SIGPIPE ? SIG_IGN : end_on_signal;
    ::sigaction(changed.signal, &action, &changed.before);
  }
}

int become(std::span<char* const> words) {
  const std::span signals(changed_signals(),
                          ::getpid() == 1 ? changed_as_init : changed_everywhere);
  for (const Changed& changed : signals) ::sigaction(changed.signal, &changed.before, nullptr);
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
