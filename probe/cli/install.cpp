#include "cli/install.hpp"

#include "base/text.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace probe {
namespace {

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(); }
  int fd() const { return fd_; }
  /// False if what was written has not reached the file system.
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

std::unexpected<std::string> failed(std::string_view what, const std::string& path) {
  return std::unexpected(cat(what, " \"", printable(path), "\": ", std::strerror(errno)));
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool copy(int from, int to) {
  constexpr std::size_t piece = std::size_t{1} << 30U;
  while (true) {
    const ssize_t size = ::sendfile(to, from, nullptr, piece);
    if (size == 0) return ::fchmod(to, 0755) == 0 && ::fsync(to) == 0;
    if (size < 0 && errno != EINTR) return false;
  }
}

}  // namespace

std::expected<std::string, std::string> install(std::string destination) {
  if (destination.ends_with('/') || is_folder(destination)) {
    destination += destination.ends_with('/') ? "probe" : "/probe";
  }
  const std::string self = "/proc/self/exe";
  const File from(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
  if (from.fd() < 0) return failed("cannot read", self);
  // In the same folder, since a rename does not cross file systems.
  const std::string unfinished = cat(destination, ".", ::getpid(), ".tmp");
  File to(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
  if (to.fd() < 0) return failed("cannot write", destination);
  if (copy(from.fd(), to.fd()) && to.close() &&
      ::rename(unfinished.c_str(), destination.c_str()) == 0) {
    return destination;
  }
  auto error = failed("cannot write", destination);
  ::unlink(unfinished.c_str());
  return error;
}

}  // namespace probe
