#include "run/turns.hpp"

#include "net/task.hpp"

#include <asio/redirect_error.hpp>

#include <utility>

namespace probe {

Task<bool> Turns::wait(Watch& watch, TimePoint deadline) {
  queue_.push_back(&watch);
  watch.timer.expires_at(deadline);
  asio::error_code woken;
  co_await watch.timer.async_wait(asio::redirect_error(use_awaitable, woken));
  if (std::exchange(watch.admitted, false)) co_return true;
  std::erase(queue_, &watch);
  co_return false;
}

void Turns::pass_on() {
  if (queue_.empty()) {
    ++vacant_;
    return;
  }
  Watch& next = *queue_.front();
  queue_.erase(queue_.begin());
  next.admitted = true;
  next.timer.cancel();
}

}  // namespace probe
