#include "net/wait.hpp"

#include "catch.hpp"
#include "net/task.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <vector>

namespace probe {
namespace {

std::array<int, 2> socket_pair() {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
  return ends;
}

/// A listener that accepts nothing, and whose queue is full: a further connection stays under way.
class FullListener {
 public:
  FullListener() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    REQUIRE(::bind(listener_, name(), size) == 0);
    REQUIRE(::listen(listener_, 0) == 0);
    REQUIRE(::getsockname(listener_, name(), &size) == 0);
    for (int i = 0; i < 2; ++i) kept_.push_back(connect());
  }
  FullListener(const FullListener&) = delete;
  ~FullListener() {
    for (const int fd : kept_) ::close(fd);
    ::close(listener_);
  }

  int connect() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    REQUIRE(::connect(fd, name(), sizeof address_) != 0);
    REQUIRE(errno == EINPROGRESS);
    return fd;
  }

 private:
  sockaddr* name() { return reinterpret_cast<sockaddr*>(&address_); }

  sockaddr_in address_{};
  int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  std::vector<int> kept_;
};

}  // namespace

TEST_CASE("An event of a closed descriptor is not taken for one of the next") {
  asio::io_context io{1};
  FullListener listener;
  const auto [first, peer_of_first] = socket_pair();
  const auto [second, peer_of_second] = socket_pair();
  Descriptor early(io, first);
  std::optional<Descriptor> closed(std::in_place, io, second);
  REQUIRE(::write(peer_of_first, "x", 1) == 1);

  // Both are told by one epoll_wait; the second is closed when the first is looked at.
  closed->async_wait(Descriptor::wait_write, [](asio::error_code) {});
  std::optional<bool> connected;
  const auto check = [&]() -> Task<void> {
    co_await early.async_wait(Descriptor::wait_read, use_awaitable);
    closed.reset();
    Descriptor next = own_descriptor(io, listener.connect());
    connected = co_await wait_for(io, next, Descriptor::wait_write,
                                  Clock::now() + std::chrono::milliseconds(100));
  };
  asio::co_spawn(io, check(), asio::detached);
  io.run();
  REQUIRE(connected.has_value());
  CHECK_FALSE(*connected);
  ::close(peer_of_first);
  ::close(peer_of_second);
}

TEST_CASE("A wait without a timer ends with the event, and where it is cancelled") {
  asio::io_context io{1};
  const auto [ours, peer] = socket_pair();
  Descriptor descriptor = own_descriptor(io, ours);
  asio::cancellation_signal cancel;
  int events = 0;
  bool cancelled = false;
  const auto check = [&]() -> Task<void> {
    while (true) {
      events += co_await wait_for(io, descriptor, Descriptor::wait_read) ? 1 : 0;
      std::array<char, 1> byte{};
      CHECK(::read(ours, byte.data(), 1) == 1);
    }
  };
  asio::co_spawn(io, check(),
                 asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr& error) {
                   cancelled = error != nullptr;
                 }));
  io.poll();
  CHECK(events == 0);
  REQUIRE(::write(peer, "x", 1) == 1);
  io.poll();
  CHECK(events == 1);
  cancel.emit(asio::cancellation_type::terminal);
  io.poll();
  CHECK(cancelled);
  ::close(peer);
}

}  // namespace probe
