// Any text as what a user types, or a server says: URLs, durations, statuses, libpq's messages.
#include "base/clock.hpp"
#include "base/text.hpp"
#include "fuzz.hpp"
#include "protocols/postgres_error.hpp"
#include "target/expand.hpp"
#include "target/json.hpp"
#include "target/status_set.hpp"

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
  for (const probe::Protocol& protocol : probe::protocols()) {
    if (protocol.tls) continue;  // would read files
    const auto target = protocol.parse(protocol, probe::cat(protocol.scheme, "://", text), {});
    if (target) require(!probe::has_control_character(target->name));
    if (!target) require(!probe::has_control_character(target.error().text));
  }
  return 0;
}
