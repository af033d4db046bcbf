// Any bytes, in any pieces, as the replies of a Redis server.
#include "fuzz.hpp"
#include "protocols/redis/exchange.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target target = [] {
    probe::Target made = target_of("redis://user:password@h/1?cluster");
    made.options.role = probe::Role::primary;
    return made;
  }();
  converse_with(target, Pieces(data, size));
  static const probe::Target sentinel =
      target_of("redis+sentinel://h/mymaster?sentinel_password=x");
  probe::Endpoint found;
  converse_with(probe::make_sentinel(sentinel, found), Pieces(data, size));
  return 0;
}
