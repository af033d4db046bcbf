#include "cli/habits.hpp"

#include "base/text.hpp"
#include "protocols/protocol.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

/// Words with blanks around each, and what is said about them.
struct Habit {
  std::string_view words;
  std::string_view advice;
};

constexpr std::string_view credentials = "put them in the URL: http://user:password@host/";

constexpr std::array options{
    Habit{" -f --fail ", "leave it out: a status outside 200-399 is not ready anyway"},
    Habit{" -S --show-error -O --output-document ", "leave it out"},
    Habit{" -s --silent --no-verbose ", "use -q"},
    Habit{" -I --head --spider ", "use -X HEAD"},
    Habit{" -m --max-time --connect-timeout -T -W ", "use -t"},
    Habit{" --retry --tries --retry-connrefused ", "use -n, with -t"},
    Habit{" --retry-delay --wait ", "use -i"},
    Habit{" -w --write-out --json --format ", "use -o json"},
    Habit{" -A --user-agent ", "use -H \"User-Agent: ...\""},
    Habit{" -d ", "use --data; a database goes in the URL: postgres://host/database"},
    Habit{" --dbname ", "put it in the URL: postgres://host/database"},
    Habit{" --expect-status-code ", "use --status"},
    Habit{" --expect ", "use --expect-body, --expect-regex, --expect-json or --expect-header"},
    Habit{" --sql --command -c ", "use --query"},
    Habit{" --ca --ca-certificate ", "use --cacert"},
    Habit{" --no-check-certificate ", "use -k"},
    Habit{" -p -P --port --host ", "put them in the URL: tcp://host:port"},
    Habit{" -addr --addr -service --service ", "put it in the URL: grpc://host:port/service"},
    Habit{" -tls --tls ", "put it in the URL: grpcs:// or https://"},
    Habit{" -tls-no-verify --tls-no-verify ", "use -k"},
    Habit{" -tls-ca-cert --tls-ca-cert ", "use --cacert"},
    Habit{" -rpc-header --rpc-header ", "use -H"},
    Habit{" -connect-timeout -rpc-timeout --rpc-timeout ", "use -t"},
    Habit{" -u --user -U --username --password -a --pass ", credentials},
};

constexpr std::array words{
    Habit{" help ", "write probe --help"},
    Habit{" version ", "write probe --version"},
    Habit{" ping ", "leave it out: a redis:// target sends PING"},
    Habit{" curl wget check ", "leave it out"},
    Habit{" pg_isready psql ", "write postgres://localhost"},
    Habit{" redis-cli ", "write redis://localhost"},
    Habit{" grpc_health_probe grpcurl ", "write grpc://localhost"},
    Habit{" mysql mysqladmin mariadb mariadb-admin ", "write mysql://localhost"},
};

std::string_view find(std::span<const Habit> habits, std::string_view word) {
  const std::string wanted = cat(' ', word, ' ');
  for (const Habit& habit : habits) {
    if (habit.words.find(wanted) != std::string_view::npos) return habit.advice;
  }
  return "";
}

/// A word with one of these may hold a password, and is not repeated.
constexpr std::string_view may_be_secret = "@=? ";

bool is_host(std::string_view text) {
  return !text.empty() && text[0] != '-' && std::ranges::all_of(text, [](char c) {
    return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

std::string_view scheme_of_port(std::string_view port) {
  if (port == "5432") return "postgres";
  if (port == "6379") return "redis";
  if (port == "3306") return "mysql";
  if (port == "50051") return "grpc";
  return port == "443" || port == "8443" ? "https" : "http";
}

/// The value of `-h`, `--host` or the like among the words of a command line.
std::string_view value_of(std::span<char* const> typed, std::string_view letter,
                          std::string_view name) {
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const std::string_view word = typed[i];
    if (word == letter || word == name) return i + 1 < typed.size() ? typed[i + 1] : "";
    if (word.starts_with(cat(name, '='))) return word.substr(name.size() + 1);
    if (word.starts_with(letter) && !word.starts_with("--")) return word.substr(letter.size());
  }
  return "";
}

/// `db:5432`, `tcp:db:5432`, `//db/`: with a host and perhaps a port and a path.
std::string almost_url(std::string_view word) {
  if (word.find_first_of(may_be_secret) != std::string_view::npos) return "";
  if (word.starts_with('/') && !word.starts_with("//"))
    return cat("file://", word, " or http://localhost", word);
  if (word.starts_with("file:"))
    return word.starts_with("file:/") ? cat("file://", word.substr(5)) : "file:///path";
  const std::string_view authority = word.substr(0, word.find('/'));
  const std::size_t colon = authority.find(':');
  const std::string_view host = authority.substr(0, colon);
  if (word.starts_with("//")) return cat("http:", word);
  if (colon == std::string_view::npos) return "";
  const std::string_view rest = word.substr(colon + 1);
  if (find_protocol(host) != nullptr && !rest.starts_with('/')) return cat(host, "://", rest);
  const std::string_view port = authority.substr(colon + 1);
  if (!is_host(host) || !parse_port(port)) return "";
  const std::string_view scheme = scheme_of_port(port);
  const bool path = authority.size() < word.size();
  const bool http = scheme.starts_with("http");
  const std::string url = cat(scheme, "://", word, http && !path ? "/" : "");
  return path ? url : cat(url, " or tcp://", word);
}

/// `host=db user=app`, `DATABASE_URL=postgres://db`, `PROBE_TARGETS=a,b`.
std::string_view assignment_advice(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || !is_host(word.substr(0, equals))) return "";
  constexpr std::string_view keywords = " host hostaddr port user password dbname ";
  return keywords.find(cat(' ', word.substr(0, equals), ' ')) != std::string_view::npos
             ? "write postgres://user:password@host:port/database"
             : "leave out everything up to \"=\", or write ${NAME} for a variable that is set";
}

}  // namespace

std::string option_advice(std::string_view option) {
  const std::string_view advice = find(options, option);
  return advice.empty() ? "" : cat("; ", advice);
}

std::string host_and_port_as_url(std::span<char* const> typed) {
  const std::string_view host = value_of(typed, "-h", "--host");
  const std::string_view port = value_of(typed, "-p", "--port");
  if (!is_host(host)) return "";
  const std::string_view tool = typed.front();
  std::string_view scheme = port.empty() ? "postgres" : scheme_of_port(port);
  if (tool.starts_with("pg_") || tool == "psql") scheme = "postgres";
  if (tool.starts_with("redis")) scheme = "redis";
  if (tool.starts_with("grpc")) scheme = "grpc";
  if (tool.starts_with("mysql") || tool.starts_with("mariadb")) scheme = "mysql";
  const std::string url = cat(scheme, "://", host, parse_port(port) ? cat(':', port) : "");
  return scheme == "postgres" && port.empty() && !tool.starts_with('p')
             ? cat(url, " or redis://", host)
             : url;
}

std::string word_advice(std::string_view word, std::string_view next) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), to_lower);
  std::string_view advice = find(words, lower);
  if (advice.empty()) advice = assignment_advice(lower);
  if (!advice.empty()) return cat("; ", advice);
  if (find_protocol(lower) != nullptr && is_host(next.substr(0, next.find_first_of(":/"))) &&
      next.find_first_of(may_be_secret) == std::string_view::npos)
    return cat("; write ", lower, "://", printable(next));
  if (word.find(',') != std::string_view::npos)
    return "; targets are separated by spaces, not commas";
  const std::string url = almost_url(word);
  return url.empty() ? "" : cat("; write ", printable(url));
}

std::string port_advice(const Target& target, const Failure& failure) {
  const bool early = failure.stage == Stage::resolve || failure.stage == Stage::connect;
  const bool wrong = failure.reason == Reason::protocol || failure.reason == Reason::timeout;
  if (early || !wrong || target.protocol == nullptr || target.endpoints.empty()) return "";
  const std::string port = cat(target.endpoints.front().port);
  const std::string_view usual = scheme_of_port(port);
  if (usual.starts_with("http") || target.protocol->scheme.starts_with(usual)) return "";
  return cat("; ", port, " is the port of ", usual, "://");
}

}  // namespace probe
