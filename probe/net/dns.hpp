// c-ares on Asio; for the resolver only.
#pragma once

#include "net/wait.hpp"

#include <ares.h>
#include <asio/ip/address.hpp>

#include <string>
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

/// A channel of c-ares: the name servers of /etc/resolv.conf and the questions that are open.
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

  /// Asks for the addresses of `name`, which is fully qualified and not looked for in /etc/hosts.
  void ask(const std::string& name, DnsAnswer& answer);

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
