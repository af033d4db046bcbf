#include "protocols/postgres/diagnosis.hpp"

#include "base/text.hpp"
#include "protocols/postgres/target.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace probe {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view no_words = "the server gave no reason";

/// What is said about a login where the SQLSTATE says nothing: PgBouncer has 08P01 for all that it
/// says itself, Pgpool-II and Supavisor have XX000.
constexpr std::array<std::string_view, 7> login_words{
    "authentication failed", "failed to authenticate", "no such user",     "user not found",
    "login rejected",        "wrong password",         "password required"};
/// What Odyssey and CockroachDB say with a 28000, and is not about the login.
constexpr std::array<std::string_view, 3> server_words{
    "lag too big", "failed to make auth query", "internal error while retrieving user account"};

bool has_any(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

/// The reason that an SQLSTATE stands for (PostgreSQL, Appendix A), or else the words.
Reason reason_of(std::string_view sqlstate, std::string_view message) {
  const bool vague = sqlstate == "08P01" || sqlstate == "XX000";
  const bool auth = vague ? has_any(message, login_words)
                          : (sqlstate.starts_with("28") && !has_any(message, server_words)) ||
                                sqlstate == "42501";
  return auth ? Reason::auth : Reason::not_ready;
}

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

/// `FATAL:  28P01: password authentication failed …` as libpq prints it when verbose; the severity
/// is in the server's language.
std::optional<Failure> server_error(std::string_view line, Stage stage) {
  const std::size_t severity = line.find(":  ");
  if (severity == npos) return std::nullopt;
  const std::string_view rest = line.substr(severity + 3);
  if (rest.size() < 7 || !is_sqlstate(rest.substr(0, 5)) || rest.substr(5, 2) != ": ")
    return std::nullopt;
  return server_failure(std::max(stage, Stage::login), rest.substr(0, 5), rest.substr(7));
}

struct Wording {
  std::string_view libpq;
  Reason reason;
  std::optional<Stage> stage;
  std::string_view ours;  ///< empty: libpq's words
};
constexpr std::array wordings{
    // Not "could not connect" and the like, which are of the server.
    Wording{"could not create socket", Reason::local, Stage::run, ""},
    Wording{"could not set socket", Reason::local, Stage::run, ""},
    Wording{"setsockopt", Reason::local, Stage::run, ""},
    Wording{"could not get socket error status", Reason::local, Stage::run, ""},
    Wording{"could not get client address", Reason::local, Stage::run, ""},
    Wording{"could not generate nonce", Reason::local, Stage::run, ""},
    Wording{"out of memory", Reason::local, Stage::run, ""},
    Wording{"Connection refused", Reason::refused, Stage::connect, "connection refused"},
    Wording{"No such file or directory", Reason::unreachable, Stage::connect, "no such socket"},
    Wording{"Permission denied", Reason::auth, Stage::connect, "permission denied"},
    Wording{"etwork unreachable", Reason::unreachable, Stage::connect, "network unreachable"},
    Wording{"etwork is unreachable", Reason::unreachable, Stage::connect, "network unreachable"},
    Wording{"o route to host", Reason::unreachable, Stage::connect, "no route to host"},
    Wording{"ost is unreachable", Reason::unreachable, Stage::connect, "no route to host"},
    Wording{"invalid response to SSL negotiation: H", Reason::protocol, Stage::tls,
            "not a Postgres answer; is it http://?"},
    Wording{"server, but received H", Reason::protocol, std::nullopt,
            "not a Postgres answer; is it http://?"},
    Wording{"certificate", Reason::certificate, Stage::tls, ""},
    Wording{"SSL", Reason::protocol, Stage::tls, ""},
    Wording{"no password supplied", Reason::auth, Stage::login,
            "the server wants a password and none was given"},
    Wording{"expected authentication request", Reason::protocol, std::nullopt, ""},
    Wording{"authentication", Reason::auth, Stage::login, ""},
    Wording{"closed the connection unexpectedly", Reason::protocol, std::nullopt,
            "connection closed by the server"},
    Wording{"Connection reset", Reason::protocol, std::nullopt, "connection reset by the server"},
    Wording{"session is", Reason::not_ready, Stage::query, ""},
    Wording{"server is", Reason::not_ready, Stage::query, ""},
};

Failure own_error(std::string_view line, Stage stage) {
  if (line.empty()) return {stage, Reason::protocol, std::string(no_words), ""};
  for (const Wording& wording : wordings) {
    if (line.find(wording.libpq) == npos) continue;
    return {wording.stage.value_or(stage), wording.reason,
            printable(wording.ours.empty() ? line : wording.ours), ""};
  }
  return {stage, Reason::protocol, printable(line), ""};
}

/// `connection to server at "db" (10.0.0.1), port 5432 failed: ` or `connection to server on socket
/// "/run/.s.PGSQL.5432" failed: `, which libpq puts before each failure. Returns the address, as in
/// `10.0.0.1:5432`, and drops all that from `line`.
std::optional<std::string> take_address(std::string_view& line) {
  constexpr std::string_view failed = " failed: ";
  const std::size_t end = line.starts_with("connection to server ") ? line.find(failed) : npos;
  if (end == npos) return std::nullopt;
  const std::string_view preamble = line.substr(0, end);
  line.remove_prefix(end + failed.size());
  const std::size_t open = preamble.find('"');
  const std::size_t close = preamble.rfind('"');
  std::string_view host = preamble.substr(open == npos ? end : open + 1);
  host = host.substr(0, close == npos ? 0 : close - std::min(close, open + 1));
  const std::size_t port = preamble.rfind(", port ");
  if (port == npos || port < close) return printable(host);
  if (const std::string_view ip = preamble.substr(close + 1, port - close - 1); ip.size() > 3)
    host = ip.substr(2, ip.size() - 3);
  const bool v6 = host.contains(':');
  return printable(cat(v6 ? "[" : "", host, v6 ? "]:" : ":", preamble.substr(port + 7)));
}

/// Bounds of what is read: a server may write lines that look like libpq's.
constexpr std::size_t most_shown = 2000;
constexpr std::size_t most_failures = 100;

bool is_continuation(std::string_view line) {
  // Indented advice, and the fields that follow the primary message.
  return line.empty() || line[0] == '\t' || line[0] == ' ' || line.starts_with("LOCATION:  ") ||
         line.starts_with("DETAIL:  ") || line.starts_with("HINT:  ");
}

std::string path_of(const Target& target) {
  for (const auto& [keyword, value] : data_of<PostgresTarget>(target).parameters) {
    if (keyword == "passfile" && !value.reveal().empty()) return value.reveal();
  }
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  std::string path = variable("PGPASSFILE");
  if (path.empty() && !variable("HOME").empty()) path = cat(variable("HOME"), "/.pgpass");
  return path;
}

}  // namespace

Failure server_failure(Stage stage, std::string_view sqlstate, std::string_view message) {
  return {stage, reason_of(sqlstate, message), printable(message.empty() ? no_words : message),
          printable(sqlstate, 5)};
}

Failure oversized(Stage stage) {
  return {stage, Reason::protocol, "the answer is larger than 1 MiB", ""};
}

bool refuses_options(const Failure& failure) {
  constexpr std::array<std::string_view, 2> words{"startup parameter", "options"};
  return failure.reason == Reason::not_ready && has_any(failure.detail, words);
}

std::vector<Failure> parse_connection_errors(std::string_view message, Stage stage) {
  std::vector<Failure> found;
  while (!message.empty()) {
    std::string_view line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(line.size() + 1, message.size()));
    if (is_continuation(line)) continue;
    const auto address = take_address(line);
    if (address && found.size() == most_failures) break;
    // A message may have thousands of lines; no more than this is ever shown.
    if (!found.empty() && !address && found.back().detail.size() > most_shown) continue;
    Failure next = server_error(line, stage).value_or(own_error(line, stage));
    if (!found.empty() && !address) {  // a message of several lines
      found.back().detail += cat("; ", next.detail);
      continue;
    }
    next.address = address.value_or("");
    found.push_back(std::move(next));
  }
  if (found.empty()) found.push_back({stage, Reason::protocol, "libpq gave no reason", ""});
  return found;
}

std::string redact_complaint(std::string_view message) {
  // What libpq quotes of the URI stands after a colon, if it does not hide in front of one.
  const std::string_view text = trim(message);
  if (text.starts_with("invalid URI query parameter: ")) return printable(text);
  return printable(text.substr(0, text.find(": \"")));
}

Stage stage_of(ConnStatusType status) {
  switch (status) {
    case CONNECTION_STARTED:
    case CONNECTION_NEEDED:
      return Stage::connect;
    case CONNECTION_MADE:
    case CONNECTION_SSL_STARTUP:
    case CONNECTION_GSS_STARTUP:
      return Stage::tls;
    case CONNECTION_AWAITING_RESPONSE:
    case CONNECTION_AUTH_OK:
      return Stage::login;
    default:
      return Stage::query;
  }
}

std::string_view awaited(Stage stage) {
  switch (stage) {
    case Stage::connect:
      return "no answer";
    case Stage::tls:
      return "no answer to the request for TLS";
    case Stage::login:
      return "no answer to the login";
    default:
      return "no answer to the query";
  }
}

std::string ignored_password_file(const Target& target) {
  const std::string path = target.password ? "" : path_of(target);
  struct stat status = {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return "";
  const bool plain = S_ISREG(status.st_mode);
  if (plain && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0) return "";
  return cat("the password file \"", printable(path),
             "\" is not used: ", plain ? "its mode must be 0600" : "it is not a plain file");
}

Outcome explain_missing_password(const Target& target, Outcome outcome) {
  if (outcome || outcome.error().reason != Reason::auth || outcome.error().stage != Stage::login)
    return outcome;
  const std::string ignored = ignored_password_file(target);
  if (!ignored.empty()) outcome.error().detail += cat("; ", ignored);
  return outcome;
}

}  // namespace probe
