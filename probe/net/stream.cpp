#include "net/stream.hpp"

#include "net/connect.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace probe {
namespace {

Stream::Result result_of(ssize_t size, Progress::Wants wants, Stage stage) {
  if (size >= 0) return Progress{.size = static_cast<std::size_t>(size)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return Progress{.wants = wants};
  return std::unexpected(connection_failure(stage, errno, ""));
}

}  // namespace

Stream::Result Stream::read(std::span<char> buffer, Stage stage) {
  return result_of(::recv(descriptor_.native_handle(), buffer.data(), buffer.size(), 0),
                   Progress::Wants::readable, stage);
}

Stream::Result Stream::write(std::string_view bytes, Stage stage) {
  return result_of(::send(descriptor_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                   Progress::Wants::writable, stage);
}

}  // namespace probe
