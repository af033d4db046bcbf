#include "net/wait.hpp"

#include "base/watchdog.hpp"
#include "net/task.hpp"

#include <asio/redirect_error.hpp>
#include <asio/system_error.hpp>
#include <asio/this_coro.hpp>

#include <poll.h>
#include <unistd.h>

#include <cerrno>
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

/// Resumed by the event itself, which is one round of the event loop less than by a timer.
Task<void> wait_without_timer(Interest& interest) {
  asio::error_code error;
  co_await interest.descriptor->async_wait(interest.event,
                                           asio::redirect_error(use_awaitable, error));
  if (error) throw asio::system_error(error);
  interest.ready = true;
}

Task<void> wait_with_timer(asio::io_context& io, std::span<Interest> interests, TimePoint until) {
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
  asio::error_code error;
  co_await wake->timer.async_wait(asio::redirect_error(use_awaitable, error));
  const bool cancelled = error && !wake->any;
  for (std::size_t i = 0; i < interests.size(); ++i) {
    interests[i].ready = wake->ready[i];
    if (!wake->ready[i]) interests[i].descriptor->cancel(error);
  }
  if (cancelled) throw asio::system_error(asio::error::operation_aborted);
  if (wake->error) throw asio::system_error(wake->error);
}

/// Asks the kernel whether what is said to be writable is. Asio may tell an event of a descriptor
/// that has been closed since of the one that it registers next, and nothing else would contradict:
/// SO_ERROR is 0 while a connection is under way. Who reads is told EAGAIN.
void confirm(Interest& interest) {
  pollfd asked{.fd = interest.descriptor->native_handle(), .events = POLLOUT, .revents = 0};
  if (::poll(&asked, 1, 0) < 0 && errno != EINTR)
    throw asio::system_error(errno, asio::error::get_system_category());
  interest.ready = asked.revents != 0;
  interest.failed = (asked.revents & (POLLERR | POLLHUP)) != 0;
}

/// True if something was said to be ready and nothing is.
bool is_mistaken(std::span<Interest> interests) {
  bool told = false;
  bool ready = false;
  for (Interest& interest : interests) {
    if (!interest.ready) continue;
    told = true;
    if (interest.event == Descriptor::wait_write) confirm(interest);
    ready = ready || interest.ready;
  }
  return told && !ready;
}

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
  while (true) {
    const TimePoint deadline = end_work();
    if (interests.size() == 1 && until == no_deadline) {
      co_await wait_without_timer(interests.front());
    } else {
      co_await wait_with_timer(io, interests, until);
    }
    begin_work(deadline);
    if (!is_mistaken(interests)) co_return;
  }
}

Task<bool> wait_for(asio::io_context& io, Descriptor& descriptor, Descriptor::wait_type event,
                    TimePoint until) {
  Interest interest{&descriptor, event};
  co_await wait_any(io, std::span(&interest, 1), until);
  co_return interest.ready;
}

}  // namespace probe
