// Any bytes, in any pieces, as the answers of memcached.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target plain = target_of("memcached://h");
  static const probe::Target login = target_of("memcached://user:password@h");
  converse_with(size % 2 == 0 ? plain : login, Pieces(data, size));
  return 0;
}
