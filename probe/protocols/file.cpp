// file: a regular file that is there, is fresh, and says what it should (RFC 8089).
#include "base/text.hpp"
#include "base/watchdog.hpp"
#include "protocols/common.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace probe {
namespace {

constexpr std::size_t content_limit = std::size_t{1024} * 1024;

struct FileTarget {
  std::string path;
};

using Checked = std::expected<void, Failure>;

std::unexpected<Failure> not_ready(Stage stage, std::string detail) {
  return std::unexpected(Failure{stage, Reason::not_ready, std::move(detail), ""});
}

/// What an `errno` says of the file; in the same words on every C library, where it is common.
std::unexpected<Failure> file_failure(int error) {
  const auto make = [](Reason reason, std::string_view words) {
    return std::unexpected(Failure{Stage::open, reason, std::string(words), ""});
  };
  switch (error) {
    case ENOENT:
      return make(Reason::unreachable, "no such file");
    case ENOTDIR:
      return make(Reason::unreachable, "no such file, and what would be its directory is none");
    case EACCES:
    case EPERM:
      return make(Reason::auth, "permission denied");
    case ELOOP:
      return make(Reason::not_ready, "too many symbolic links, or a loop of them");
    case EAGAIN:
      return make(Reason::not_ready, "to read it would block");
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return std::unexpected(local_failure(error));
    default:
      return make(Reason::not_ready, std::strerror(error));
  }
}

Checked check_kind(mode_t mode) {
  if (S_ISREG(mode)) return {};
  const std::string_view kind = S_ISDIR(mode)    ? "directory"
                                : S_ISFIFO(mode) ? "FIFO"
                                : S_ISSOCK(mode) ? "socket, for unix://"
                                                 : "device";
  return not_ready(Stage::open, cat("not a file but a ", kind));
}

Checked check_age(const timespec& modified, Duration max_age) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  // A file system may have any number there.
  constexpr std::int64_t most = 1'000'000'000'000;
  const std::int64_t seconds = now.tv_sec - std::clamp<std::int64_t>(modified.tv_sec, -most, most);
  const std::int64_t nanoseconds = now.tv_nsec - modified.tv_nsec;
  const Duration age((seconds * 1'000'000) + (nanoseconds / 1000));
  if (seconds < 0 || (seconds == 0 && nanoseconds < 0))
    return not_ready(Stage::expect, cat("modified ", format_duration(-age), " in the future"));
  if (age <= max_age) return {};
  return not_ready(Stage::expect, cat("modified ", format_duration(age), " ago, more than ",
                                      format_duration(max_age)));
}

/// Its beginning; the errno is 0 if there is no more, or no more time.
int read_content(int fd, Answer& file) {
  std::array<char, 4096> buffer{};
  while (!overdue()) {
    const std::size_t room = content_limit - file.body.size();
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno != EINTR) return errno;
    if (size == 0) return 0;
    if (size > 0) file.body.append(buffer.data(), std::min(static_cast<std::size_t>(size), room));
    file.cut = size > 0 && static_cast<std::size_t>(size) > room;
    if (file.cut) return 0;
  }
  return 0;
}

/// Whether the content of the file that `fd` is, is as the user expects it.
Checked check_content(int fd, const Target& target, Attempt& attempt) {
  attempt.waiting(Stage::expect, "file not searched");
  start_watchdog();
  Answer file{.headers = {}, .body = "", .body_name = "the file"};
  if (const int error = read_content(fd, file); error != 0) return file_failure(error);
  for (const Expectation& expectation : target.options.expectations) {
    auto unmet = expectation.unmet(file, target);
    if (overdue()) return std::unexpected(attempt.timed_out());
    if (unmet) return not_ready(Stage::expect, *std::move(unmet));
  }
  return {};
}

/// An open file, closed at the end.
class OpenFile {
 public:
  /// A FIFO that has come in the file's place does not block.
  explicit OpenFile(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

Checked look(const Target& target, Attempt& attempt) {
  const std::string& path = data_of<FileTarget>(target).path;
  const CheckOptions& options = target.options;
  struct stat status = {};
  // Not by opening it, which some devices take for an order.
  if (::stat(path.c_str(), &status) != 0) return file_failure(errno);
  if (auto file = check_kind(status.st_mode); !file) return file;
  if (options.expectations.empty())
    return options.max_age ? check_age(status.st_mtim, *options.max_age) : Checked();
  const OpenFile file(path);
  if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return file_failure(errno);
  auto checked = check_kind(status.st_mode);
  if (checked && options.max_age) checked = check_age(status.st_mtim, *options.max_age);
  return checked ? check_content(file.fd(), target, attempt) : checked;
}

}  // namespace

/// `file:///path` or `file://localhost/path` (RFC 8089, section 2).
Parsed<Target> parse_file(const Protocol& protocol, std::string_view text, CheckOptions options) {
  const std::string_view rest = text.substr(text.find("://") + 3);
  const std::string_view host = rest.substr(0, rest.find('/'));
  if (!host.empty() && !equal_ignoring_case(host, "localhost"))
    return usage_error("it names a host; a path has three slashes: file:///run/app.alive");
  const auto path = percent_decode(rest.substr(host.size()));
  if (!path) return usage_error("its path is not percent-encoded as it should be");
  if (path->empty()) return usage_error("it names no file, as in file:///run/app.alive");
  if (rest.find_first_of("? ") != std::string_view::npos || has_control_character(rest))
    return usage_error("a ?, space or control character in a path must be percent-encoded");
  Target target;
  target.protocol = &protocol;
  target.options = std::move(options);
  target.name = shown_name(text, target.options);
  target.data = std::make_shared<FileTarget>(*path);
  return target;
}

/// Ready if it is there and as the options want it. No step of this waits.
Task<Outcome> check_file(const Target& target, Attempt& attempt) {
  attempt.waiting(Stage::open, "no answer of its file system");
  if (auto checked = look(target, attempt); !checked)
    co_return std::unexpected(std::move(checked.error()));
  co_return Ready{"there"};
}

}  // namespace probe
