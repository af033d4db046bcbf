// What a host name means before a name server is asked: /etc/hosts and the search list.
#pragma once

#include <asio/ip/address.hpp>

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// More addresses of one name than this are not tried.
inline constexpr std::size_t most_addresses = 48;

/// The addresses of `host` in a file like /etc/hosts (hosts(5)): those of every line that has the
/// name, in any case. Empty also if there is no such file. The error is an `errno`: what the file
/// says is not known then, and nobody else may be asked.
std::expected<std::vector<asio::ip::address>, int> read_hosts_file(const char* path,
                                                                   const std::string& host);

/// What resolv.conf(5) says about names that are typed without their domain.
struct SearchDomains {
  std::vector<std::string> domains;
  std::size_t ndots = 1;
};

/// Reads a file like /etc/resolv.conf, then LOCALDOMAIN and RES_OPTIONS; without any domain there,
/// that of this host's name. What cannot be read says nothing. c-ares reads the same, but only its
/// older versions tell (`ares_save_options`).
SearchDomains read_search_domains(const char* path);

/// The names to ask for in turn, fully qualified, where `host` was typed: those of the search list,
/// and the name itself before them if it has at least `ndots` dots, else behind them
/// (resolv.conf(5)). One that ends in a dot is asked for as it is.
std::vector<std::string> search_list(std::string_view host, const SearchDomains& search);

}  // namespace probe
