#include "net/wait.hpp"

#include "base/watchdog.hpp"
#include "net/task.hpp"

#include <asio/redirect_error.hpp>
#include <asio/system_error.hpp>
#include <asio/this_coro.hpp>

#include <unistd.h>

#include <memory>
#include <vector>

namespace probe {
namespace {

/// What the handlers share with the waiting coroutine; they may run after it has gone.
struct Wake {
  Wake(asio::io_context& io, std::size_t count) : timer(io), ready(count, false) {}
  Timer timer;
  std::vector<bool> ready;
  bool any = false;
  asio::error_code error;  ///< why a descriptor cannot be waited for
};

}  // namespace

Descriptor own_descriptor(asio::io_context& io, int fd) {
  Descriptor descriptor(io);
  asio::error_code error;
  descriptor.assign(fd, error);
  if (error) {
    ::close(fd);
    throw asio::system_error(error);
  }
  return descriptor;
}

Task<void> wait_any(asio::io_context& io, std::span<Interest> interests, TimePoint until) {
  const auto wake = std::make_shared<Wake>(io, interests.size());
  wake->timer.expires_at(until);
  for (std::size_t i = 0; i < interests.size(); ++i) {
    interests[i].descriptor->async_wait(interests[i].event, [wake, i](asio::error_code error) {
      if (error == asio::error::operation_aborted) return;
      wake->ready[i] = !error;
      wake->any = true;
      if (error) wake->error = error;
      wake->timer.cancel();
    });
  }
  const TimePoint deadline = end_work();
  asio::error_code error;
  co_await wake->timer.async_wait(asio::redirect_error(use_awaitable, error));
  begin_work(deadline);
  const bool cancelled = error && !wake->any;
  for (std::size_t i = 0; i < interests.size(); ++i) {
    interests[i].ready = wake->ready[i];
    if (!wake->ready[i]) interests[i].descriptor->cancel(error);
  }
  if (cancelled) throw asio::system_error(asio::error::operation_aborted);
  if (wake->error) throw asio::system_error(wake->error);
}

Task<bool> wait_for(asio::io_context& io, Descriptor& descriptor, Descriptor::wait_type event,
                    TimePoint until) {
  Interest interest{&descriptor, event};
  co_await wait_any(io, std::span(&interest, 1), until);
  co_return interest.ready;
}

}  // namespace probe
