#include "net/host_names.hpp"

#include "base/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
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

/// Calls `use(line)`, which the next line overwrites, until it returns false. An `errno`.
template <class Use>
int read_lines(const char* path, Use use) {
  FILE* file = std::fopen(path, "re");
  if (file == nullptr) return errno;
  char* line = nullptr;
  std::size_t capacity = 0;
  while (::getline(&line, &capacity, file) > 0 && use(static_cast<const char*>(line))) {
  }
  const int error = std::ferror(file) != 0 ? errno : 0;
  std::free(line);  // NOLINT(*-no-malloc): getline's allocation
  (void)std::fclose(file);
  return error;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  for (auto word = take_word(text); !word.empty(); word = take_word(text)) list.emplace_back(word);
  return list;
}

void take_options(std::string_view text, SearchDomains& search) {
  constexpr std::string_view ndots = "ndots:";
  constexpr std::size_t most = 15;  // as glibc has it
  for (auto word = take_word(text); !word.empty(); word = take_word(text)) {
    if (!word.starts_with(ndots)) continue;
    const auto number = parse_number(word.substr(ndots.size()));
    if (number) search.ndots = std::min<std::size_t>(*number, most);
  }
}

/// What follows the first dot of this host's name.
std::vector<std::string> domain_of_this_host() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  const char* dot = std::strchr(name.data(), '.');
  return dot == nullptr ? std::vector<std::string>() : words(dot + 1);
}

}  // namespace

std::expected<std::vector<asio::ip::address>, int> read_hosts_file(const char* path,
                                                                   const std::string& host) {
  std::vector<asio::ip::address> found;
  const int error = read_lines(path, [&](const char* line) {
    if (::strcasestr(line, host.c_str()) == nullptr) return true;  // most lines, and cheap
    std::string_view text(line);
    text = text.substr(0, text.find('#'));
    const std::string_view first = take_word(text);
    if (!names(text, host)) return true;
    asio::error_code not_an_address;
    const auto ip = asio::ip::make_address(std::string(first), not_an_address);
    if (!not_an_address && std::ranges::find(found, ip) == found.end()) found.push_back(ip);
    return found.size() < most_addresses;
  });
  const bool absent = error == ENOENT || error == ENOTDIR || error == EACCES;
  if (error != 0 && !absent) return std::unexpected(error);
  return found;
}

SearchDomains read_search_domains(const char* path) {
  SearchDomains search;
  bool given = false;
  (void)read_lines(path, [&](std::string_view line) {
    const std::string_view keyword = take_word(line);
    if (keyword == "options") take_options(line, search);
    if (keyword == "search" || keyword == "domain") {  // the last one counts
      search.domains = words(line);
      if (keyword == "domain" && search.domains.size() > 1) search.domains.resize(1);
      given = true;
    }
    return true;
  });
  if (const char* domains = std::getenv("LOCALDOMAIN"); domains != nullptr) {
    search.domains = words(domains);
    given = true;
  }
  if (const char* options = std::getenv("RES_OPTIONS"); options != nullptr) {
    take_options(options, search);
  }
  if (!given) search.domains = domain_of_this_host();
  return search;
}

std::vector<std::string> search_list(std::string_view host, const SearchDomains& search) {
  if (host.ends_with('.')) return {std::string(host)};
  const std::string itself = cat(host, '.');
  const bool first = static_cast<std::size_t>(std::ranges::count(host, '.')) >= search.ndots;
  std::vector<std::string> list;
  if (first) list.push_back(itself);
  for (std::string_view domain : search.domains) {
    if (domain.starts_with('.')) domain.remove_prefix(1);
    if (domain.ends_with('.')) domain.remove_suffix(1);
    std::string name = domain.empty() ? itself : cat(itself, domain, '.');
    if (std::ranges::find(list, name) == list.end()) list.push_back(std::move(name));
  }
  if (std::ranges::find(list, itself) == list.end()) list.push_back(itself);
  return list;
}

}  // namespace probe
