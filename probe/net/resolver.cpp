#include "net/resolver.hpp"

#include "base/text.hpp"
#include "net/wait.hpp"

#include <ares.h>

#include <sys/time.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace probe {
namespace {

using Addresses = std::vector<asio::ip::address>;

/// The first retransmission; c-ares doubles it from one to the next.
constexpr int retransmit_milliseconds = 1000;

/// How long IPv6 addresses may still come when IPv4 ones are there (RFC 8305, section 3), and the
/// other way round: longer, since without IPv4 addresses a server may be out of reach.
constexpr std::chrono::milliseconds ipv6_delay{50};
constexpr std::chrono::milliseconds ipv4_delay{retransmit_milliseconds};

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

/// The answer for one address family.
struct Answer {
  explicit Answer(int of) : family(of) {}

  int family;
  bool done = false;
  int status = ARES_SUCCESS;
  Addresses addresses;
};

/// One c-ares channel with a query for each address family, driven by Asio.
class Lookup {
 public:
  explicit Lookup(int flags) {
    ares_options options{};
    options.flags = flags;
    options.timeout = retransmit_milliseconds;
    status_ = ares_init_options(&channel_, &options, ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS);
    if (status_ != ARES_SUCCESS) channel_ = nullptr;
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup() {
    release();
    // Ends what is pending; the callbacks see ARES_EDESTRUCTION.
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  /// ARES_SUCCESS with at least one address, or why there is none.
  asio::awaitable<int> run(const std::string& host, asio::io_context& io) {
    if (channel_ == nullptr) co_return status_;
    for (Answer& answer : answers_) {
      ares_addrinfo_hints hints{};
      hints.ai_family = answer.family;
      hints.ai_socktype = SOCK_STREAM;
      ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &Lookup::answered, &answer);
    }
    TimePoint enough = no_deadline;
    while (!(answers_[0].done && answers_[1].done) && Clock::now() < enough) {
      if (enough == no_deadline && has_address()) {
        enough = Clock::now() + (answers_[1].done ? ipv6_delay : ipv4_delay);
      }
      co_await step(io, enough);
      release();
    }
    co_return has_address() ? ARES_SUCCESS : failure();
  }

  bool has_several_servers() const {
    ares_addr_port_node* servers = nullptr;
    if (ares_get_servers_ports(channel_, &servers) != ARES_SUCCESS) return false;
    const bool several = servers != nullptr && servers->next != nullptr;
    ares_free_data(servers);
    return several;
  }

  /// Alternating between the families, IPv6 first (RFC 8305, section 4).
  Addresses addresses() const {
    Addresses all;
    const std::size_t longest =
        std::max(answers_[0].addresses.size(), answers_[1].addresses.size());
    for (std::size_t i = 0; i < longest; ++i) {
      for (const Answer& answer : answers_) {
        if (i < answer.addresses.size()) all.push_back(answer.addresses[i]);
      }
    }
    return all;
  }

 private:
  static void answered(void* argument, int status, int /*timeouts*/, ares_addrinfo* result) {
    auto& answer = *static_cast<Answer*>(argument);
    answer.done = true;
    answer.status = status;
    if (result == nullptr) return;
    for (const auto* node = result->nodes; node != nullptr; node = node->ai_next) {
      answer.addresses.push_back(address_of(*node));
    }
    ares_freeaddrinfo(result);
  }

  bool has_address() const {
    return std::ranges::any_of(answers_, [](const Answer& a) { return !a.addresses.empty(); });
  }

  /// The more telling of two failures: a name without an IPv6 address says little.
  int failure() const {
    for (const Answer& answer : answers_) {
      if (answer.status != ARES_SUCCESS && answer.status != ARES_ENODATA) return answer.status;
    }
    return ARES_ENODATA;
  }

  /// Waits for the sockets that c-ares has open, or for its next time-out, and lets it go on.
  asio::awaitable<void> step(asio::io_context& io, TimePoint until) {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const auto wanted =
        static_cast<unsigned>(ares_getsock(channel_, sockets.data(), ARES_GETSOCK_MAXNUM));
    std::vector<Interest> interests;
    descriptors_.reserve(sockets.size());
    for (unsigned i = 0; i < sockets.size(); ++i) {
      const bool read = ARES_GETSOCK_READABLE(wanted, i) != 0;
      const bool write = ARES_GETSOCK_WRITABLE(wanted, i) != 0;
      if (!read && !write) continue;
      auto& descriptor = descriptors_.emplace_back(io, sockets.at(i));
      if (read) interests.push_back({&descriptor, Descriptor::wait_read});
      if (write) interests.push_back({&descriptor, Descriptor::wait_write});
    }
    timeval pause{.tv_sec = 1, .tv_usec = 0};
    ares_timeout(channel_, &pause, &pause);
    const TimePoint next = Clock::now() + std::chrono::seconds(pause.tv_sec) +
                           std::chrono::microseconds(pause.tv_usec);
    co_await wait_any(io, interests, std::min(next, until));
    for (const Interest& interest : interests) {
      if (!interest.ready) continue;
      const int fd = interest.descriptor->native_handle();
      const bool read = interest.event == Descriptor::wait_read;
      ares_process_fd(channel_, read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
    }
    // Lets time-outs take effect.
    ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

  /// Gives the sockets back to c-ares, which closes them itself.
  void release() {
    for (Descriptor& descriptor : descriptors_) descriptor.release();
    descriptors_.clear();
  }

  ares_channel channel_ = nullptr;
  std::vector<Descriptor> descriptors_;
  std::array<Answer, 2> answers_{Answer(AF_INET6), Answer(AF_INET)};
  int status_ = ARES_SUCCESS;
};

Reason reason_of(int status) {
  if (status == ARES_ETIMEOUT) return Reason::timeout;
  const bool no_address = status == ARES_ENOTFOUND || status == ARES_ENODATA;
  return no_address ? Reason::unreachable : Reason::not_ready;
}

/// Asks the first name server for its words (SERVFAIL, REFUSED); c-ares hides them when it goes on
/// to the next server, so that is left for where there is a next one.
asio::awaitable<std::expected<Addresses, int>> look_up(const std::string& host,
                                                       asio::io_context& io) {
  Lookup lookup(ARES_FLAG_NOCHECKRESP);
  const int status = co_await lookup.run(host, io);
  if (status == ARES_SUCCESS) co_return lookup.addresses();
  const bool server_failed =
      status == ARES_ESERVFAIL || status == ARES_EREFUSED || status == ARES_ENOTIMP;
  if (server_failed && lookup.has_several_servers()) {
    Lookup thorough(0);
    if (co_await thorough.run(host, io) == ARES_SUCCESS) co_return thorough.addresses();
  }
  co_return std::unexpected(status);
}

}  // namespace

asio::awaitable<std::expected<Addresses, Failure>> resolve(std::string host, Attempt& attempt) {
  asio::error_code not_literal;
  const auto literal = asio::ip::make_address(host, not_literal);
  if (!not_literal) co_return Addresses{literal};
  if (is_localhost(host)) {
    co_return Addresses{asio::ip::address_v6::loopback(), asio::ip::address_v4::loopback()};
  }
  attempt.waiting(Stage::resolve, cat("no answer from the name server about \"", host, '"'));
  auto addresses = co_await look_up(host, attempt.io());
  if (!addresses) {
    const int status = addresses.error();
    co_return std::unexpected(
        Failure{Stage::resolve, reason_of(status), explain(status, host), ""});
  }
  if (attempt.tracing()) {
    std::string list;
    for (const auto& address : *addresses)
      list += cat(list.empty() ? "" : ", ", address.to_string());
    attempt.note(Stage::resolve, cat(host, " is ", list));
  }
  co_return *std::move(addresses);
}

}  // namespace probe
