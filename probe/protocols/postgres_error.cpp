#include "protocols/postgres_error.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace probe {
namespace {

constexpr auto npos = std::string_view::npos;

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
  const std::string_view code = rest.substr(0, 5);
  return Failure{std::max(stage, Stage::login), reason_of_sqlstate(code), printable(rest.substr(7)),
                 std::string(code)};
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
  for (const Wording& wording : wordings) {
    if (line.find(wording.libpq) == npos) continue;
    return {wording.stage.value_or(stage), wording.reason,
            printable(wording.ours.empty() ? line : wording.ours), ""};
  }
  return {stage, Reason::protocol, printable(line), ""};
}

/// Drops `connection to server at "db" (10.0.0.1), port 5432 failed: `.
std::string_view without_preamble(std::string_view line) {
  constexpr std::string_view failed = " failed: ";
  const std::size_t at = line.starts_with("connection to server ") ? line.find(failed) : npos;
  return at == npos ? line : line.substr(at + failed.size());
}

constexpr std::size_t most_shown = 2000;

bool is_continuation(std::string_view line) {
  // Indented advice, and the fields that follow the primary message.
  return line.empty() || line[0] == '\t' || line[0] == ' ' || line.starts_with("LOCATION:  ") ||
         line.starts_with("DETAIL:  ") || line.starts_with("HINT:  ");
}

}  // namespace

Reason reason_of_sqlstate(std::string_view code) {
  return code.starts_with("28") || code == "42501" ? Reason::auth : Reason::not_ready;
}

Failure parse_connection_error(std::string_view message, Stage stage) {
  std::optional<Failure> found;
  while (!message.empty()) {
    const std::string_view raw = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(raw.size() + 1, message.size()));
    if (is_continuation(raw)) continue;
    // A message may have thousands of lines; no more than this is ever shown.
    if (found && found->detail.size() > most_shown) break;
    const std::string_view line = without_preamble(raw);
    Failure next = server_error(line, stage).value_or(own_error(line, stage));
    if (found && found->detail != next.detail) next.detail = cat(found->detail, "; ", next.detail);
    found = std::move(next);
  }
  return found.value_or(Failure{stage, Reason::protocol, "libpq gave no reason", ""});
}

std::string redact_complaint(std::string_view message) {
  // What libpq quotes of the URI stands after a colon, if it does not hide in front of one.
  const std::string_view text = trim(message);
  if (text.starts_with("invalid URI query parameter: ")) return printable(text);
  return printable(text.substr(0, text.find(": \"")));
}

}  // namespace probe
