#include "net/host_names.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace probe {
namespace {

/// Takes the first word off `text`; empty if there is none.
std::string_view take_word(std::string_view& text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(word.size());
  return word;
}

bool names(std::string_view line, std::string_view host) {
  while (true) {
    const std::string_view word = take_word(line);
    if (word.empty() || equal_ignoring_case(word, host)) return !word.empty();
  }
}

}  // namespace

std::expected<std::vector<asio::ip::address>, int> read_hosts_file(const char* path,
                                                                   const std::string& host) {
  std::vector<asio::ip::address> found;
  FILE* file = std::fopen(path, "re");
  if (file == nullptr) {
    const bool absent = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    return absent ? std::expected<std::vector<asio::ip::address>, int>(found)
                  : std::unexpected(errno);
  }
  char* line = nullptr;
  std::size_t capacity = 0;
  while (found.size() < most_addresses) {
    const ssize_t size = ::getline(&line, &capacity, file);
    if (size <= 0) break;
    if (::strcasestr(line, host.c_str()) == nullptr) continue;  // most lines, and cheap
    std::string_view text(line, static_cast<std::size_t>(size));
    text = text.substr(0, text.find('#'));
    const std::string_view first = take_word(text);
    if (!names(text, host)) continue;
    asio::error_code not_an_address;
    const auto ip = asio::ip::make_address(std::string(first), not_an_address);
    if (!not_an_address && std::ranges::find(found, ip) == found.end()) found.push_back(ip);
  }
  const int error = std::ferror(file) != 0 ? errno : 0;
  std::free(line);  // NOLINT(*-no-malloc): getline's allocation
  (void)std::fclose(file);
  if (error != 0) return std::unexpected(error);
  return found;
}

std::vector<std::string> search_list(std::string_view host, std::span<const char* const> domains,
                                     int ndots) {
  if (host.ends_with('.')) return {std::string(host)};
  const std::string itself = cat(host, '.');
  const bool first = std::ranges::count(host, '.') >= ndots;
  std::vector<std::string> list;
  if (first) list.push_back(itself);
  for (std::string_view domain : domains) {
    if (domain.starts_with('.')) domain.remove_prefix(1);
    if (domain.ends_with('.')) domain.remove_suffix(1);
    std::string name = domain.empty() ? itself : cat(itself, domain, '.');
    if (std::ranges::find(list, name) == list.end()) list.push_back(std::move(name));
  }
  if (std::ranges::find(list, itself) == list.end()) list.push_back(itself);
  return list;
}

}  // namespace probe
