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

struct Signals {
  struct sigaction pipe_before;  ///< what SIGPIPE did
  void (*last_action)();
};
Signals& signals() {
  static Signals all{};
  return all;
}

void end_on_signal(int signal) {
  if (signals().last_action != nullptr) signals().last_action();
  if (::getpid() == 1) ::_exit(128 + signal);
  (void)::raise(signal);  // comes when this returns, and has its default effect again
}

/// Where the signal has its default effect; what is ignored stays so. exec(2) undoes it.
void handle(int signal) {
  struct sigaction before = {};
  if (::sigaction(signal, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) return;
  struct sigaction action = {};
  action.sa_handler = end_on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(signal, &action, nullptr);
}

/// Those that end no process by default (signal(7)), and SIGPIPE, which is ignored.
constexpr std::array harmless{SIGCHLD, SIGCONT, SIGTSTP,  SIGTTIN,
                              SIGTTOU, SIGURG,  SIGWINCH, SIGPIPE};

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
  struct sigaction ignored = {};
  ignored.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignored, &signals().pipe_before);
  if (::getpid() != 1) return;
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (std::ranges::find(harmless, signal) == harmless.end()) handle(signal);
  }
}

void overwrite_argument(char* text, std::string_view shown) {
  const std::size_t size = std::strlen(text);
  std::memset(text, ' ', size);
  std::memcpy(text, shown.data(), std::min(size, shown.size()));
}

void before_end_by_signal(void (*action)()) {
  signals().last_action = action;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) handle(signal);
}

int become(std::span<char* const> words) {
  ::sigaction(SIGPIPE, &signals().pipe_before, nullptr);
  ::execvp(words[0], words.data());
  constexpr int not_executable = 126;
  constexpr int not_found = 127;
  const int error = errno;
  write_error(cat("probe: cannot run \"", printable(words[0]), "\": ", std::strerror(error), "\n"));
  return error == ENOENT || error == ENOTDIR ? not_found : not_executable;
}

bool wants_colour() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  const std::string_view term = variable("TERM");
  return variable("NO_COLOR").empty() && !term.empty() && term != "dumb" &&
         ::isatty(STDOUT_FILENO) == 1;
}

void write_out(std::string_view text) {
  write_all(STDOUT_FILENO, text);
}
void write_error(std::string_view text) {
  write_all(STDERR_FILENO, text);
}

}  // namespace probe
