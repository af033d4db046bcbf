// Any bytes, in any pieces, as the answers of NATS; a part of them after INFO.
#include "fuzz.hpp"

#include <array>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array<probe::Target, 3> targets{
      target_of("nats://h"), target_of("nats://user:password@h"), target_of("nats://token@h")};
  const probe::Target& target = targets.at(size % targets.size());
  converse_with(target, Pieces(data, size));
  Pieces pieces(data, size);
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  if (step) step = exchange->feed("INFO {\"version\":\"2.9\"}\r\n");
  while (step && *step != probe::Exchange::Next::done && !pieces.empty())
    step = exchange->feed(pieces.next());
  if (!step) require_printable(exchange->failure().detail);
  return 0;
}
