#include "net/dns.hpp"

#include "base/text.hpp"
#include "net/host_names.hpp"

#include <poll.h>
#include <sys/time.h>

#include <algorithm>
#include <array>

namespace probe {
namespace {

/// The first retransmission; c-ares doubles it from one to the next.
constexpr int retransmit_milliseconds = 1000;

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

void answered(void* argument, int status, int /*timeouts*/, ares_addrinfo* result) {
  auto& answer = *static_cast<DnsAnswer*>(argument);
  answer.done = true;
  answer.status = status;
  if (result == nullptr) return;
  for (const auto* node = result->nodes; node != nullptr; node = node->ai_next) {
    if (answer.addresses.size() < most_addresses) answer.addresses.push_back(address_of(*node));
  }
  ares_freeaddrinfo(result);
}

/// Takes numbers and names off the front of a message (RFC 1035, section 4.1). What is not there
/// counts as 0.
class DnsReader {
 public:
  explicit DnsReader(std::span<const unsigned char> message) : left_(message) {}

  bool empty() const { return left_.empty(); }
  void skip(std::size_t size) { left_ = left_.subspan(std::min(size, left_.size())); }

  unsigned number() {
    const unsigned value = left_.size() < 2 ? 0U : (left_[0] * 256U) + left_[1];
    skip(2);
    return value;
  }

  /// Ends at a pointer, which nobody follows.
  void skip_name() {
    constexpr unsigned pointer = 0xC0;
    while (!left_.empty()) {
      const unsigned length = left_.front();
      skip(length >= pointer ? 2 : 1 + length);
      if (length >= pointer || length == 0) return;
    }
  }

 private:
  std::span<const unsigned char> left_;
};

void counted(void* argument, int status, int /*timeouts*/, unsigned char* message, int size) {
  auto& records = *static_cast<DnsRecords*>(argument);
  records.done = true;
  records.status = status;
  if (status == ARES_SUCCESS && message != nullptr)
    records.count = count_records({message, static_cast<std::size_t>(size)}, records.type);
}

}  // namespace

unsigned count_records(std::span<const unsigned char> message, int type) {
  constexpr std::size_t ttl_size = 4;
  DnsReader reader(message);
  reader.skip(4);  // identity and flags
  unsigned questions = reader.number();
  unsigned answers = reader.number();
  reader.skip(4);  // the numbers of what comes behind the answers
  for (; questions > 0 && !reader.empty(); --questions) {
    reader.skip_name();
    reader.skip(4);  // type and class
  }
  unsigned count = 0;
  for (; answers > 0 && !reader.empty(); --answers) {
    reader.skip_name();
    if (reader.number() == static_cast<unsigned>(type)) ++count;
    reader.skip(2 + ttl_size);
    reader.skip(reader.number());
  }
  return count;
}

std::string explain_dns(int status, std::string_view name) {
  switch (status) {
    case ARES_ENOTFOUND:
      return cat("no such name \"", name, '"');
    case ARES_SUCCESS:
    case ARES_ENODATA:
      return cat("the name \"", name, "\" has no address");
    case ARES_ETIMEOUT:
      return cat("no answer from the name server about \"", name, '"');
    case ARES_ECONNREFUSED:
      return cat("no name server could be reached to look up \"", name, '"');
    case ARES_ESERVFAIL:
      return cat("the name server failed on \"", name, "\" (SERVFAIL)");
    case ARES_EREFUSED:
      return cat("the name server refused to answer about \"", name, "\" (REFUSED)");
    default:
      return cat("cannot look up \"", name, "\": ", ares_strerror(status));
  }
}

DnsChannel::DnsChannel(int flags) {
  ares_options options{};
  options.flags = flags;
  options.timeout = retransmit_milliseconds;
  // No "f": what is in /etc/hosts is known by now, and must not be mixed with what a server says.
  std::array<char, 2> lookups{"b"};
  options.lookups = lookups.data();
  status_ = ares_init_options(&channel_, &options,
                              ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_LOOKUPS);
  if (status_ != ARES_SUCCESS) channel_ = nullptr;
}

DnsChannel::~DnsChannel() {
  release();
  if (channel_ != nullptr) ares_destroy(channel_);
}

bool DnsChannel::has_several_servers() const {
  ares_addr_port_node* servers = nullptr;
  if (ares_get_servers_ports(channel_, &servers) != ARES_SUCCESS) return false;
  const bool several = servers != nullptr && servers->next != nullptr;
  ares_free_data(servers);
  return several;
}

void DnsChannel::use(std::span<const asio::ip::address> servers, std::uint16_t port) {
  std::vector<ares_addr_port_node> nodes(servers.size());
  for (std::size_t i = 0; i < servers.size(); ++i) {
    nodes[i].next = i + 1 < servers.size() ? &nodes[i + 1] : nullptr;
    nodes[i].udp_port = nodes[i].tcp_port = port;
    nodes[i].family = servers[i].is_v6() ? AF_INET6 : AF_INET;
    if (servers[i].is_v6()) {
      std::ranges::copy(servers[i].to_v6().to_bytes(), nodes[i].addr.addr6._S6_un._S6_u8);
    } else {
      nodes[i].addr.addr4.s_addr = htonl(servers[i].to_v4().to_uint());
    }
  }
  status_ = ares_set_servers_ports(channel_, nodes.data());
}

void DnsChannel::ask(const std::string& name, DnsAnswer& answer) {
  answer = DnsAnswer(answer.family);
  ares_addrinfo_hints hints{};
  hints.ai_family = answer.family;
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, &answered, &answer);
}

void DnsChannel::ask(const std::string& name, DnsRecords& records) {
  constexpr int internet = 1;  // IN
  ares_query(channel_, name.c_str(), internet, records.type, &counted, &records);
}

TimePoint DnsChannel::watch(asio::io_context& io, std::vector<Interest>& interests,
                            TimePoint until) {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  const auto wanted =
      static_cast<unsigned>(ares_getsock(channel_, sockets.data(), ARES_GETSOCK_MAXNUM));
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
  const TimePoint next =
      Clock::now() + std::chrono::seconds(pause.tv_sec) + std::chrono::microseconds(pause.tv_usec);
  return std::min(next, until);
}

void DnsChannel::go_on(const std::vector<Interest>& interests) {
  // The kernel is asked again: Asio may tell an event of a descriptor that has been released since
  // of the one that it registers next.
  std::vector<pollfd> sockets;
  for (const Interest& interest : interests) {
    const bool ours = std::ranges::any_of(
        descriptors_, [&](const Descriptor& one) { return &one == interest.descriptor; });
    const bool read = interest.event == Descriptor::wait_read;
    if (ours) {
      sockets.push_back(
          {interest.descriptor->native_handle(), static_cast<short>(read ? POLLIN : POLLOUT), 0});
    }
  }
  release();
  ::poll(sockets.data(), sockets.size(), 0);
  for (const auto& [fd, events, revents] : sockets) {
    const bool read = events == POLLIN;
    if (revents != 0)
      ares_process_fd(channel_, read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
  }
  // Lets time-outs take effect.
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/// Gives the sockets back to c-ares, which closes them itself.
void DnsChannel::release() {
  for (Descriptor& descriptor : descriptors_) descriptor.release();
  descriptors_.clear();
}

}  // namespace probe
