// Any bytes, in any pieces, as the answers of an MQTT broker; and as the rest of a CONNACK.
#include "fuzz.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target plain = target_of("mqtt://h");
  static const probe::Target login = target_of("mqtt://user:password@h?clientId=x");
  const probe::Target& target = size % 2 == 0 ? plain : login;
  converse_with(target, Pieces(data, size));
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  if (step)
    step = exchange->feed(
        probe::cat(" ", std::string_view(reinterpret_cast<const char*>(data), size)));
  if (!step) require_printable(exchange->failure().detail);
  return 0;
}
