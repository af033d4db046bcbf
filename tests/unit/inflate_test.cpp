#include "base/inflate.hpp"

#include "catch.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace probe;

namespace {

using Bytes = std::vector<unsigned char>;

std::optional<std::string> unpack(const Bytes& packed, std::size_t size) {
  Bytes out(size);
  if (!inflate(packed, out)) return std::nullopt;
  return std::string(out.begin(), out.end());
}

// One block of each kind. The last two were made with zlib.
const Bytes stored{0x01, 0x02, 0x00, 0xfd, 0xff, 'h', 'i'};
const Bytes fixed{0x4b, 0x4c, 0x4a, 0x4e, 0x84, 0x21, 0x00};
const Bytes dynamic{0x05, 0xc1, 0x05, 0x01, 0x00, 0x00, 0x00, 0x02, 0xa0, 0xad, 0xf6,
                    0xff, 0x07, 0x02, 0x48, 0xd9, 0x69, 0x07, 0x50, 0x72, 0xd2, 0xed};

}  // namespace

TEST_CASE("each kind of block is unpacked") {
  CHECK(unpack(stored, 2) == "hi");
  CHECK(unpack(fixed, 12) == "abcabcabcabc");
  CHECK(unpack(dynamic, 21) == "abbcddeffgaabccdeefgg");
}

TEST_CASE("the size must be right") {
  CHECK(!unpack(fixed, 11));
  CHECK(!unpack(fixed, 13));
}

TEST_CASE("what is cut off is not unpacked") {
  for (const auto& [whole, size] : {std::pair(stored, 2U), {fixed, 12U}, {dynamic, 21U}}) {
    for (auto end = whole.begin(); end != whole.end(); ++end) {
      CHECK(!unpack({whole.begin(), end}, size));
    }
  }
}

TEST_CASE("what is broken is not unpacked") {
  CHECK(!unpack({0x07}, 0));                              // there is no fourth kind of block
  CHECK(!unpack({0x01, 0x02, 0x00, 0, 0, 'h', 'i'}, 2));  // the size and its complement
  CHECK(!unpack({0x03, 0x02, 0x00}, 3));                  // a distance to before the start
}
