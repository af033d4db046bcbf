// How many attempts the limit of open files allows at the same time.
#pragma once

#include <sys/resource.h>

#include <cstddef>

namespace probe {

/// While it lives, the soft limit of open files is raised to the hard one, if `targets` may need
/// that many.
class OpenFiles {
 public:
  explicit OpenFiles(std::size_t targets);
  OpenFiles(const OpenFiles&) = delete;
  OpenFiles& operator=(const OpenFiles&) = delete;
  ~OpenFiles();

  /// At least one.
  std::size_t attempts() const { return attempts_; }

 private:
  std::size_t attempts_;
  rlimit before_{};
  bool raised_ = false;
};

}  // namespace probe
