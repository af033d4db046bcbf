#include "run/open_files.hpp"

#include <poll.h>

#include <algorithm>
#include <vector>

namespace probe {
namespace {

/// One attempt's share: two connections, or two name servers, at the same time.
constexpr std::size_t per_attempt = 2;
/// What there is besides: standard streams, epoll, timer, a file that is read.
constexpr std::size_t others = 16;
/// So few targets get along with any limit that a process can live with.
constexpr std::size_t always_possible = 4;

/// How many of the first `limit` descriptors are open.
std::size_t count_open(std::size_t limit) {
  std::vector<pollfd> all(limit);
  for (std::size_t i = 0; i < limit; ++i) all[i].fd = static_cast<int>(i);
  if (::poll(all.data(), all.size(), 0) < 0) return others;
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [](const pollfd& one) { return (one.revents & POLLNVAL) == 0; }));
}

/// Not setrlimit(2): musl's has what sets the limits of all threads, for old kernels.
bool set_limit(const rlimit& limit) {
  return ::prlimit(0, RLIMIT_NOFILE, &limit, nullptr) == 0;
}

}  // namespace

OpenFiles::OpenFiles(std::size_t targets) : attempts_(targets) {
  if (targets <= always_possible || ::getrlimit(RLIMIT_NOFILE, &before_) != 0) return;
  // Twice what is needed: it is not known how many are open.
  const rlim_t ample = 2 * (targets * per_attempt + others);
  if (before_.rlim_cur >= ample) return;
  const rlimit all{.rlim_cur = before_.rlim_max, .rlim_max = before_.rlim_max};
  raised_ = before_.rlim_max > before_.rlim_cur && set_limit(all);
  const rlim_t limit = raised_ ? all.rlim_cur : before_.rlim_cur;
  if (limit >= ample) return;
  const std::size_t used = count_open(limit) + (others / 2);
  attempts_ = used < limit ? std::max<std::size_t>((limit - used) / per_attempt, 1) : 1;
}

OpenFiles::~OpenFiles() {
  if (raised_) set_limit(before_);
}

}  // namespace probe
