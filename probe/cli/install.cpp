#include "cli/install.hpp"

#include "base/text.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace probe {
namespace {

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<std::string> failed(std::string_view what, const std::string& path) {
  return std::unexpected(cat(what, " \"", printable(path), "\": ", std::strerror(errno)));
}

bool is_folder(const std::string& path) {
  struct stat status = {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// True when all of it has reached the file system.
bool copy(int from, int to) {
  constexpr std::size_t piece = std::size_t{1} << 30U;
  while (true) {
    const ssize_t size = ::sendfile(to, from, nullptr, piece);
    if (size == 0) return ::fchmod(to, 0755) == 0 && ::fsync(to) == 0;
    if (size < 0 && errno != EINTR) return false;
  }
}

/// A name that no other process uses, of this container or another one, now or before.
std::string unique_name() {
  std::array<unsigned char, 16> bytes{};
  (void)::getrandom(bytes.data(), bytes.size(), 0);
  std::string name = ".probe-";
  for (const unsigned char byte : bytes) name += static_cast<char>('a' + (byte % 26));
  return name;
}

/// The copy until it is complete, in the folder of its destination, since a rename does not cross
/// file systems: a file without a name (O_TMPFILE), of which nothing is left if this process is
/// killed; or, where the file system has none, one with a name of its own. `errno` says what
/// failed.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::string& destination)
      : folder_(destination.substr(0, destination.rfind('/') + 1)),
        name_(cat(folder_, unique_name())) {
    if (folder_.empty()) folder_ = ".";
    fd_ = ::open(folder_.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0700);
    if (fd_ >= 0) return;
    fd_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    named_ = fd_ >= 0;
  }
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;
  ~UnfinishedFile() {
    if (named_) ::unlink(name_.c_str());
    if (fd_ >= 0) ::close(fd_);
  }

  int fd() const { return fd_; }

  /// Gives it its final name, in place of what has it.
  bool rename_to(const std::string& destination) {
    if (!named_) {
      const std::string unnamed = cat("/proc/self/fd/", fd_);
      // linkat(2) replaces nothing, so that the file gets a name to be renamed from.
      if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return false;
      named_ = true;
    }
    if (::rename(name_.c_str(), destination.c_str()) != 0) return false;
    named_ = false;
    return true;
  }

 private:
  std::string folder_;
  std::string name_;
  int fd_ = -1;
  bool named_ = false;
};

}  // namespace

std::expected<std::string, std::string> install(std::string destination) {
  if (destination.ends_with('/') || is_folder(destination)) {
    destination += destination.ends_with('/') ? "probe" : "/probe";
  }
  const std::string self = "/proc/self/exe";
  const File from(::open(self.c_str(), O_RDONLY | O_CLOEXEC));
  if (from.fd() < 0) return failed("cannot read", self);
  UnfinishedFile to(destination);
  if (to.fd() >= 0 && copy(from.fd(), to.fd()) && to.rename_to(destination)) return destination;
  return failed("cannot write", destination);
}

}  // namespace probe
