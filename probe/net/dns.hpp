// c-ares on Asio: for the resolver, and to ask one name server.
#pragma once

#include "net/wait.hpp"

#include <ares.h>
#include <asio/ip/address.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// The answer about one name for one address family.
struct DnsAnswer {
  explicit DnsAnswer(int of) : family(of) {}

  int family;
  bool done = false;
  int status = ARES_SUCCESS;
  std::vector<asio::ip::address> addresses;
};

/// How many records of one type a name has.
struct DnsRecords {
  int type = 0;  ///< RFC 1035, section 3.2.2
  bool done = false;
  int status = ARES_SUCCESS;
  unsigned count = 0;
};

/// What a failure to look up `name` is about; `status` is c-ares' (ARES_…).
std::string explain_dns(int status, std::string_view name);

/// How many records of `type` are in the answer section of a message (RFC 1035, section 4.1),
/// whatever their names: 0 for what ends too early.
unsigned count_records(std::span<const unsigned char> message, int type);

/// A channel of c-ares: the name servers, those of /etc/resolv.conf unless `use` names others, and
/// the questions that are open.
class DnsChannel {
 public:
  /// `flags` are ARES_FLAG_…
  explicit DnsChannel(int flags);
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;
  /// Ends what is open; the answers see ARES_EDESTRUCTION and must still be there.
  ~DnsChannel();

  /// ARES_SUCCESS, or why nothing can be asked.
  int status() const { return status_; }
  bool has_several_servers() const;

  /// Asks the first of `servers` that can be reached. See `status`.
  void use(std::span<const asio::ip::address> servers, std::uint16_t port);

  /// Asks for the addresses of `name`, which is fully qualified and not looked for in /etc/hosts.
  void ask(const std::string& name, DnsAnswer& answer);
  /// Asks for the records of `name`, of the type that `records` has.
  void ask(const std::string& name, DnsRecords& records);

  /// Adds the sockets that c-ares waits for. Its next time-out, or `until` if that comes first.
  TimePoint watch(asio::io_context& io, std::vector<Interest>& interests, TimePoint until);
  /// Lets c-ares go on with those of its sockets among `interests` that are ready, and with its
  /// time-outs.
  void go_on(const std::vector<Interest>& interests);

 private:
  void release();

  ares_channel channel_ = nullptr;
  int status_;
  std::vector<Descriptor> descriptors_;
};

}  // namespace probe
