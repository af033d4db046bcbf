#include "base/file.hpp"

#include "base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace probe {
namespace {

/// Reads up to `limit` bytes; the errno, or 0.
int read_up_to(int fd, std::size_t limit, std::string& text) {
  std::array<char, 4096> buffer{};
  int failed = 0;
  while (failed == 0) {
    const ssize_t size = ::read(fd, buffer.data(), std::min(buffer.size(), limit - text.size()));
    if (size == 0) break;
    if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
    if (size < 0 && errno != EINTR) failed = errno;
  }
  explicit_bzero(buffer.data(), buffer.size());
  return failed;
}

}  // namespace

std::expected<std::string, std::string> read_file(const std::string& path, std::size_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::unexpected(std::strerror(errno));
  std::string text;
  const int failed = read_up_to(fd, limit + 1, text);
  ::close(fd);
  if (failed != 0) return std::unexpected(std::strerror(failed));
  if (text.size() > limit) return std::unexpected(cat("it is larger than ", limit / 1024, " KiB"));
  return text;
}

bool is_special_file(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

}  // namespace probe
