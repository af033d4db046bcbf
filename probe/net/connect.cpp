#include "net/connect.hpp"

#include "base/text.hpp"
#include "net/resolver.hpp"
#include "net/task.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/system_error.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>
#include <vector>

namespace probe {
namespace {

/// An address of any family, as the kernel takes it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  std::string text;  ///< for people

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress internet_address(const asio::ip::address& ip, std::uint16_t port) {
  const asio::ip::tcp::endpoint endpoint(ip, port);
  SocketAddress address;
  address.size = static_cast<socklen_t>(endpoint.size());
  std::memcpy(&address.storage, endpoint.data(), endpoint.size());
  address.text = format_address(ip, port);
  return address;
}

/// unix(7); the path's length is checked when the target is read.
SocketAddress unix_address(const std::string& path) {
  SocketAddress address;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), std::min(path.size(), sizeof name.sun_path - 1));
  address.size = sizeof name;
  std::memcpy(&address.storage, &name, sizeof name);
  address.text = printable(path);
  return address;
}

[[noreturn]] void throw_system_error(int error_number) {
  throw asio::system_error(error_number, asio::error::get_system_category());
}

bool lacks_descriptors(int error_number) {
  return error_number == EMFILE || error_number == ENFILE;
}

int pending_error(Descriptor& descriptor) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(descriptor.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
    throw_system_error(errno);
  return error;
}

/// Connection attempts to several addresses, staggered; the first to be accepted wins.
class Race {
 public:
  Race(std::vector<SocketAddress> addresses, Attempt& attempt)
      : addresses_(std::move(addresses)), attempt_(attempt) {}

  Task<std::expected<Descriptor, Failure>> run() {
    while (winner_ == nullptr && (next_ < addresses_.size() || !running_.empty())) {
      if (next_ < addresses_.size() && start(addresses_[next_])) ++next_;
      if (winner_ == nullptr && !running_.empty()) co_await watch();
    }
    if (winner_ == nullptr) co_return std::unexpected(furthest(failures_));
    attempt_.note(Stage::connect, cat("connected to ", winner_->address->text));
    co_return std::move(winner_->descriptor);
  }

 private:
  struct Runner {
    Descriptor descriptor;
    const SocketAddress* address;
  };

  /// False if the address has to wait until another one's descriptor is free. Throws where this
  /// system fails.
  bool start(const SocketAddress& address) {
    const int fd =
        ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      if (lacks_descriptors(errno) && !running_.empty()) return false;
      if (errno != EAFNOSUPPORT) throw_system_error(errno);
      lost(address, errno);
      return true;
    }
    auto runner = std::make_unique<Runner>(own_descriptor(attempt_.io(), fd), &address);
    if (::connect(fd, address.data(), address.size) == 0) {
      winner_ = std::move(runner);
    } else if (errno == EINPROGRESS) {
      running_.push_back(std::move(runner));
    } else {
      lost(address, errno);
    }
    return true;
  }

  /// Waits until an attempt ends or the next address is due.
  Task<void> watch() {
    attempt_.waiting(Stage::connect, "no answer", addresses_in_progress());
    std::vector<Interest> interests;
    interests.reserve(running_.size());
    for (const auto& runner : running_) {
      interests.push_back({&runner->descriptor, Descriptor::wait_write});
    }
    const bool more = next_ < addresses_.size();
    co_await wait_any(attempt_.io(), interests,
                      more ? Clock::now() + connection_attempt_delay : no_deadline);
    for (std::size_t i = interests.size(); i-- > 0;) {
      if (!interests[i].ready) continue;
      auto runner = std::move(running_[i]);
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      const int error = interests[i].failed ? pending_error(runner->descriptor) : 0;
      if (error != 0) {
        lost(*runner->address, error);
      } else if (winner_ == nullptr) {
        winner_ = std::move(runner);
      }
    }
  }

  void lost(const SocketAddress& address, int error) {
    // A full queue, which says that somebody is there; of TCP, EAGAIN says that no local port is
    // free (connect(2)).
    Failure failure =
        error == EAGAIN && address.storage.ss_family == AF_UNIX
            ? Failure{Stage::connect, Reason::not_ready, "the socket's queue is full", address.text}
            : connection_failure(Stage::connect, error, address.text);
    if (failure.reason == Reason::local) throw_system_error(error);
    if (attempt_.tracing()) attempt_.note(Stage::connect, cat(address.text, ": ", failure.detail));
    failures_.push_back(std::move(failure));
  }

  std::string addresses_in_progress() const {
    std::string out;
    for (const auto& runner : running_) out += cat(out.empty() ? "" : ", ", runner->address->text);
    return out;
  }

  std::vector<SocketAddress> addresses_;
  Attempt& attempt_;
  std::size_t next_ = 0;
  std::vector<std::unique_ptr<Runner>> running_;
  std::unique_ptr<Runner> winner_;
  std::vector<Failure> failures_;
};

/// How far it got: silence and a missing route show nobody, a refusal shows the host, anything else
/// a server, or trouble of ours, which says nothing of it; and who has looked at the password
/// (28P01) has let in more than who turns away before.
auto progress(const Failure& failure) {
  const bool host = failure.reason != Reason::unreachable && failure.reason != Reason::timeout;
  return std::tuple(!means_absence(failure), failure.stage, host, failure.code == "28P01");
}

}  // namespace

Failure furthest(std::span<const Failure> failures) {
  Failure best = *std::ranges::max_element(failures, {}, progress);
  std::vector<std::string_view> addresses;
  for (const Failure& one : failures) {
    const bool alike = one.detail == best.detail && one.code == best.code;
    if (alike && std::ranges::find(addresses, one.address) == addresses.end())
      addresses.emplace_back(one.address);
  }
  best.address.clear();
  for (const std::string_view address : addresses)
    best.address += cat(best.address.empty() ? "" : ", ", address);
  return best;
}

std::string format_address(const asio::ip::address& address, std::uint16_t port) {
  return address.is_v6() ? cat('[', address.to_string(), "]:", port)
                         : cat(address.to_string(), ':', port);
}

Failure connection_failure(Stage stage, int error_number, std::string_view address) {
  const auto make = [&](Reason reason, std::string_view words) {
    return Failure{stage, reason, std::string(words), "", std::string(address)};
  };
  switch (error_number) {
    case ECONNREFUSED:
      return make(Reason::refused, "connection refused");
    case ENOENT:
    case ENOTDIR:
      return make(Reason::unreachable, "no such socket");
    case EACCES:
    case EPERM:
      return make(Reason::auth, "permission denied");
    case ECONNRESET:
      return make(Reason::protocol, "connection reset by the server");
    case EPIPE:
      return make(Reason::protocol, "connection closed by the server");
    case EADDRNOTAVAIL:
      // Of IPv6 that is switched off; of IPv4, no local port is free.
      if (!address.starts_with('[')) return local_failure(error_number);
      return make(Reason::unreachable, "network unreachable");
    case ENETDOWN:
    case ENETUNREACH:
    case EAFNOSUPPORT:
      return make(Reason::unreachable, "network unreachable");
    case EHOSTDOWN:
    case EHOSTUNREACH:
      return make(Reason::unreachable, "no route to host");
    case ETIMEDOUT:
      return make(Reason::timeout, "connection timed out");
    default:
      return local_failure(error_number);
  }
}

Task<std::expected<Descriptor, Failure>> connect(const Endpoint& endpoint, Attempt& attempt) {
  std::vector<SocketAddress> addresses;
  if (!endpoint.socket.empty()) {
    addresses.push_back(unix_address(endpoint.socket));
  } else {
    auto resolved =
        co_await resolve(endpoint.address.empty() ? endpoint.host : endpoint.address, attempt);
    if (!resolved) co_return std::unexpected(resolved.error());
    for (const auto& ip : *resolved) addresses.push_back(internet_address(ip, endpoint.port));
  }
  Race race(std::move(addresses), attempt);
  co_return co_await race.run();
}

}  // namespace probe
