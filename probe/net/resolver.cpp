#include "net/resolver.hpp"

#include "base/text.hpp"
#include "net/wait.hpp"

#include <ares.h>

#include <sys/time.h>

#include <algorithm>
#include <memory>
#include <ranges>
#include <string_view>

namespace probe {
namespace {

using Addresses = std::vector<asio::ip::address>;

/// The first retransmission; c-ares doubles it from one to the next.
constexpr int retransmit_milliseconds = 1000;

bool is_localhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  constexpr std::string_view name = "localhost";
  if (host.size() < name.size() ||
      !equal_ignoring_case(host.substr(host.size() - name.size()), name)) {
    return false;
  }
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

asio::ip::address address_of(const ares_addrinfo_node& node) {
  if (node.ai_family == AF_INET6) {
    const auto* ip = reinterpret_cast<const sockaddr_in6*>(node.ai_addr);
    asio::ip::address_v6::bytes_type bytes;
    std::ranges::copy(ip->sin6_addr.s6_addr, bytes.begin());
    return asio::ip::address_v6(bytes, ip->sin6_scope_id);
  }
  const auto* ip = reinterpret_cast<const sockaddr_in*>(node.ai_addr);
  return asio::ip::address_v4(ntohl(ip->sin_addr.s_addr));
}

std::string explain(int status, std::string_view host) {
  switch (status) {
    case ARES_ENOTFOUND:
      return cat("no such name \"", host, '"');
    case ARES_ENODATA:
      return cat("the name \"", host, "\" has no address");
    case ARES_ETIMEOUT:
      return cat("no answer from the name server about \"", host, '"');
    case ARES_ECONNREFUSED:
      return cat("no name server could be reached to look up \"", host, '"');
    case ARES_ESERVFAIL:
      return cat("the name server failed on \"", host, "\" (SERVFAIL)");
    case ARES_EREFUSED:
      return cat("the name server refused to answer about \"", host, "\" (REFUSED)");
    default:
      return cat("cannot look up \"", host, "\": ", ares_strerror(status));
  }
}

/// One c-ares channel with one query, driven by Asio.
class Lookup {
 public:
  Lookup() {
    ares_options options{};
    options.timeout = retransmit_milliseconds;
    status_ = ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS);
    if (status_ != ARES_SUCCESS) channel_ = nullptr;
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() {
    release();
    // Ends the pending query; its callback sees ARES_EDESTRUCTION.
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  asio::awaitable<int> run(const std::string& host, asio::io_context& io) {
    if (channel_ == nullptr) co_return status_;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &Lookup::answered, this);
    while (!done_) {
      co_await step(io);
      release();
    }
    co_return status_;
  }

  Addresses take() { return std::move(addresses_); }

 private:
  static void answered(void* self, int status, int /*timeouts*/, ares_addrinfo* result) {
    auto& lookup = *static_cast<Lookup*>(self);
    lookup.done_ = true;
    lookup.status_ = status;
    if (result == nullptr) return;
    for (const auto* node = result->nodes; node != nullptr; node = node->ai_next) {
      lookup.addresses_.push_back(address_of(*node));
    }
    ares_freeaddrinfo(result);
  }

  /// Waits for the sockets that c-ares has open, or for its next time-out, and lets it go on.
  asio::awaitable<void> step(asio::io_context& io) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    const auto wanted = static_cast<unsigned>(ares_getsock(channel_, sockets, ARES_GETSOCK_MAXNUM));
    std::vector<Interest> interests;
    descriptors_.reserve(ARES_GETSOCK_MAXNUM);
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      const bool read = ARES_GETSOCK_READABLE(wanted, i) != 0;
      const bool write = ARES_GETSOCK_WRITABLE(wanted, i) != 0;
      if (!read && !write) continue;
      auto& descriptor = descriptors_.emplace_back(io, sockets[i]);
      if (read) interests.push_back({&descriptor, Descriptor::wait_read});
      if (write) interests.push_back({&descriptor, Descriptor::wait_write});
    }
    timeval pause{.tv_sec = 1, .tv_usec = 0};
    ares_timeout(channel_, &pause, &pause);
    co_await wait_any(io, interests,
                      Clock::now() + std::chrono::seconds(pause.tv_sec) +
                          std::chrono::microseconds(pause.tv_usec));
    bool any = false;
    for (const Interest& interest : interests | std::views::filter(&Interest::ready)) {
      const int fd = interest.descriptor->native_handle();
      const bool read = interest.event == Descriptor::wait_read;
      ares_process_fd(channel_, read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
      any = true;
    }
    if (!any) ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

  /// Gives the sockets back to c-ares, which closes them itself.
  void release() {
    for (Descriptor& descriptor : descriptors_) descriptor.release();
    descriptors_.clear();
  }

  ares_channel channel_ = nullptr;
  std::vector<Descriptor> descriptors_;
  Addresses addresses_;
  int status_ = ARES_SUCCESS;
  bool done_ = false;
};

}  // namespace

asio::awaitable<std::expected<Addresses, Failure>> resolve(std::string host, Attempt& attempt) {
  asio::error_code not_literal;
  const auto literal = asio::ip::make_address(host, not_literal);
  if (!not_literal) co_return Addresses{literal};
  if (is_localhost(host)) {
    co_return Addresses{asio::ip::address_v6::loopback(), asio::ip::address_v4::loopback()};
  }
  attempt.waiting(Stage::resolve, cat("no answer from the name server about \"", host, '"'));
  Lookup lookup;
  const int status = co_await lookup.run(host, attempt.io());
  Addresses addresses = lookup.take();
  if (status != ARES_SUCCESS || addresses.empty()) {
    const Reason reason = status == ARES_ETIMEOUT ? Reason::timeout : Reason::unreachable;
    co_return std::unexpected(Failure{
        Stage::resolve, reason, explain(status == ARES_SUCCESS ? ARES_ENODATA : status, host), ""});
  }
  if (attempt.tracing()) {
    std::string list;
    for (const auto& address : addresses)
      list += cat(list.empty() ? "" : ", ", address.to_string());
    attempt.note(Stage::resolve, cat(host, " is ", list));
  }
  co_return addresses;
}

}  // namespace probe
