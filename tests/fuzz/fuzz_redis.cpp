// Any bytes, in any pieces, as the replies of a Redis server.
#include "base/text.hpp"
#include "fuzz.hpp"
#include "protocols/redis_exchange.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target target = [] {
    probe::Target made = target_of("redis://user:password@h/1");
    made.options.role = probe::Role::primary;
    return made;
  }();
  probe::RedisExchange exchange(target);
  Pieces pieces(data, size);
  while (!pieces.empty()) {
    const auto fed = exchange.feed(pieces.next());
    if (!fed) require(!probe::has_control_character(fed.error().detail));
    if (!fed || *fed) return 0;
  }
  require(!exchange.closed().detail.empty());
  return 0;
}
