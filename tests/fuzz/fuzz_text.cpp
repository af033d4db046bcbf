// Any text as what a user types, or a server says: URLs, durations, statuses, libpq's messages.
#include "base/clock.hpp"
#include "base/text.hpp"
#include "fuzz.hpp"
#include "protocols/postgres/diagnosis.hpp"
#include "target/expand.hpp"
#include "target/json.hpp"
#include "target/redact.hpp"
#include "target/status_set.hpp"
#include "target/url.hpp"

namespace {

constexpr std::string_view needle = "needleNEEDLE";

/// A password that is not percent-encoded: no part of it is shown or taken for a host, whatever
/// marks are in it.
void hides_password(std::string_view before, std::string_view behind) {
  for (const std::string_view scheme : {"postgres", "redis", "redis+unix", "tcp", "http"}) {
    for (const std::string_view user : {"u:", ":"}) {
      const std::string text =
          probe::cat(scheme, "://", user, before, needle, behind, "@host:1/x?a=b");
      // A port, and a path or parameter with an @ in it: a URL that may be meant, of HTTP or Redis.
      const bool place =
          probe::parse_port(before.substr(0, before.find_first_of("/?"))).has_value();
      if ((scheme == "http" || scheme == "redis") && place && user == "u:") continue;
      const probe::Protocol* protocol = probe::find_protocol(scheme);
      const auto checked = probe::check_at_signs(text);
      const auto target = protocol->parse(*protocol, text.substr(0, text.find('#')), {});
      require(probe::redact_word(text).find(needle) == std::string::npos);
      if (!checked || !target) {
        const auto& error = checked ? target.error() : checked.error();
        require(error.text.find(needle) == std::string::npos);
        continue;
      }
      require(target->name.find(needle) == std::string::npos);
      for (const auto& endpoint : target->endpoints)
        require(probe::cat(endpoint.host, endpoint.socket).find(needle) == std::string::npos);
    }
  }
}

/// A peer that repeats a secret, escaped or not, at any place of a text that is cut anywhere.
void hides_repeated(std::string_view secret, std::string_view around, std::size_t limit) {
  const std::vector<probe::Secret> secrets{probe::Secret(probe::cat(needle, secret))};
  for (const std::string& written :
       {secrets[0].reveal(), probe::percent_encode(secrets[0].reveal(), "")}) {
    const std::string shown = probe::excerpt(probe::cat(around, written, around), secrets, limit);
    require(shown.find(needle.substr(0, 4)) == std::string::npos ||
            around.find(needle.substr(0, 4)) != std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)probe::parse_duration(text);
  (void)probe::StatusSet::parse(text);
  (void)probe::percent_decode(text);
  (void)probe::find_json(text, {"a", "0"});
  std::vector<probe::Secret> secrets;
  if (text.find("file:") == std::string_view::npos) {
    const auto expanded = probe::expand_target(text, secrets);
    if (!expanded) require(!probe::has_control_character(expanded.error().text));
  }
  require(!probe::has_control_character(probe::printable(text)));
  require(!probe::has_control_character(probe::redact_word(text)));
  require(!probe::has_control_character(
      probe::parse_connection_errors(text, probe::Stage::login).front().detail));
  if (text.find('\0') != std::string_view::npos) return 0;  // no argument holds one
  hides_password(text.substr(0, size / 2), text.substr(size / 2));
  hides_repeated(text.substr(0, size / 2), text.substr(size / 2), size % 80);
  for (const probe::Protocol& protocol : probe::protocols()) {
    if (protocol.tls != probe::Tls::none) continue;  // would read files
    const auto target = protocol.parse(protocol, probe::cat(protocol.scheme, "://", text), {});
    if (target) require(!probe::has_control_character(target->name));
    if (!target) require(!probe::has_control_character(target.error().text));
  }
  return 0;
}
