#include "net/stream.hpp"

#include "base/watchdog.hpp"
#include "net/connect.hpp"
#include "net/task.hpp"
#include "net/tls.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace probe {
namespace {

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

class PlainStream final : public Stream {
 public:
  PlainStream(Descriptor descriptor, asio::io_context& io)
      : descriptor_(std::move(descriptor)), io_(io) {}

  Task<std::expected<std::size_t, Failure>> read_some(std::span<char> buffer,
                                                      Stage stage) override {
    while (true) {
      // Waiting first: an answer is hardly ever there at once, and asking for it costs a system
      // call.
      co_await wait_for(io_, descriptor_, Descriptor::wait_read);
      const ssize_t size = ::recv(descriptor_.native_handle(), buffer.data(), buffer.size(), 0);
      if (size >= 0) co_return static_cast<std::size_t>(size);
      if (!would_block(errno)) co_return std::unexpected(connection_failure(stage, errno, ""));
    }
  }

  Task<std::expected<void, Failure>> write_all(std::string_view bytes, Stage stage) override {
    while (!bytes.empty()) {
      const ssize_t size =
          ::send(descriptor_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(size));
      } else if (would_block(errno)) {
        co_await wait_for(io_, descriptor_, Descriptor::wait_write);
      } else {
        co_return std::unexpected(connection_failure(stage, errno, ""));
      }
    }
    co_return std::expected<void, Failure>();
  }

 private:
  Descriptor descriptor_;
  asio::io_context& io_;
};

}  // namespace

Task<std::expected<std::unique_ptr<Stream>, Failure>> open_stream(const Target& target,
                                                                  Attempt& attempt) {
  auto descriptor = co_await connect(target.endpoints.front(), attempt);
  if (!descriptor) co_return std::unexpected(descriptor.error());
  if (target.tls) start_watchdog();
  if (target.tls) co_return co_await start_tls(std::move(*descriptor), *target.tls, attempt);
  co_return std::make_unique<PlainStream>(std::move(*descriptor), attempt.io());
}

}  // namespace probe
