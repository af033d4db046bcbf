#include "cli/libpq_names.hpp"

#include "net/resolver.hpp"
#include "net/task.hpp"
#include "protocols/protocol.hpp"
#include "run/runner.hpp"
#include "target/url.hpp"

#include <asio/ip/tcp.hpp>

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <ranges>
#include <span>
#include <vector>

namespace probe {
namespace {

using Addresses = std::vector<asio::ip::address>;

constexpr long longest = 86'400;  // seconds

struct Lookup {
  Duration limit = std::chrono::seconds(longest);
  Addresses found;
};

/// The one that goes on, for it has to be found from a C function and from a row of protocols.
Lookup& lookup() {
  static constinit Lookup one;
  return one;
}

/// What needs no question: `127.0.0.1`, `::1`, and `127.1`, as inet_aton(3) has it.
Addresses numeric(const char* host) {
  in_addr ipv4{};
  if (::inet_aton(host, &ipv4) != 0) return {asio::ip::address_v4(ntohl(ipv4.s_addr))};
  asio::error_code not_one;
  const auto ip = asio::ip::make_address(host, not_one);
  return not_one ? Addresses{} : Addresses{ip};
}

Task<Outcome> check_name(const Target& target, Attempt& attempt) {
  auto addresses = co_await resolve(target.endpoints.front().host, attempt);
  if (!addresses) co_return std::unexpected(addresses.error());
  lookup().found = *std::move(addresses);
  co_return Ready{};
}

/// To look up a name is a check like any other, so the runner ends it in time. Empty if there is no
/// address, or none yet.
Addresses look_up(const char* host) {
  static constexpr Protocol naming{
      .scheme = "", .title = "", .options = {}, .parse = nullptr, .check = &check_name};
  lookup().found.clear();
  Target target;
  target.protocol = &naming;
  target.endpoints.push_back({.host = host, .address = "", .port = 0, .socket = ""});
  const RunOptions options{.timeout = lookup().limit, .attempt_timeout = lookup().limit};
  run(std::span(&target, 1), options, Trace(false));
  return std::move(lookup().found);
}

/// A list as getaddrinfo(3) returns it, each element in front of its address.
struct Element {
  addrinfo info{};
  sockaddr_storage address{};
};

addrinfo* list_of(const Addresses& addresses, const char* port) {
  addrinfo* list = nullptr;
  for (const auto& ip : std::views::reverse(addresses)) {
    const asio::ip::tcp::endpoint endpoint(ip, parse_port(port).value_or(0));
    auto* element = new Element;
    std::memcpy(&element->address, endpoint.data(), endpoint.size());
    element->info.ai_family = element->address.ss_family;
    element->info.ai_socktype = SOCK_STREAM;
    element->info.ai_addr = reinterpret_cast<sockaddr*>(&element->address);
    element->info.ai_addrlen = static_cast<socklen_t>(endpoint.size());
    element->info.ai_next = list;
    list = &element->info;
  }
  return list;
}

}  // namespace

void limit_name_lookups(long seconds) {
  lookup().limit = std::chrono::seconds(seconds > 0 ? std::min(seconds, longest) : longest);
}

}  // namespace probe

// These take the place of the C library's. libpq names a host and gives the port as a number.
extern "C" {

int getaddrinfo(const char* name, const char* service, const addrinfo* req, addrinfo** pai) try {
  auto addresses = probe::numeric(name);
  if (addresses.empty() && (req->ai_flags & AI_NUMERICHOST) == 0) {
    addresses = probe::look_up(name);
  }
  *pai = probe::list_of(addresses, service);
  return *pai == nullptr ? EAI_NONAME : 0;
} catch (...) {
  return EAI_FAIL;
}

void freeaddrinfo(addrinfo* ai) noexcept(noexcept(::freeaddrinfo(ai))) {
  while (ai != nullptr) {
    auto* element = reinterpret_cast<probe::Element*>(ai);
    ai = ai->ai_next;
    delete element;
  }
}
}
