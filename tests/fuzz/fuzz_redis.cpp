// Any bytes, in any pieces, as the replies of a Redis server.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target target = [] {
    probe::Target made = target_of("redis://user:password@h/1?cluster");
    made.options.role = probe::Role::primary;
    return made;
  }();
  converse_with(target, Pieces(data, size));
  return 0;
}
