// The examples are those of RFC 7541, appendix C.
#include "base/text.hpp"
#include "catch.hpp"
#include "protocols/grpc/hpack.hpp"

using namespace probe;

namespace {

std::string bytes(std::string_view hex) {
  std::string out;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ') continue;
    if (high < 0) {
      high = hex_value(c);
    } else {
      out += static_cast<char>((high * 16) + hex_value(c));
      high = -1;
    }
  }
  return out;
}

/// `INDEX name=value` of each field, and what is left of a malformed block.
std::string fields(std::string_view hex) {
  const std::string block = bytes(hex);
  std::string_view rest = block;
  std::string out;
  while (const auto field = hpack::take_field(rest))
    out += cat(field->index, field->indexed ? "" : cat(' ', field->name, '=', field->value), "; ");
  return rest.empty() ? out : cat(out, "malformed");
}

std::optional<std::size_t> integer(std::string_view hex, unsigned bits) {
  const std::string block = bytes(hex);
  std::string_view rest = block;
  return hpack::take_integer(rest, bits);
}

std::string decoded(std::string_view hex) {
  return hpack::huffman_decode(bytes(hex)).value_or("malformed");
}

}  // namespace

TEST_CASE("HPACK: integers (C.1)") {
  CHECK(integer("0a", 5) == 10);
  CHECK(integer("1f 9a 0a", 5) == 1337);
  CHECK(integer("2a", 8) == 42);
  CHECK(integer("ea", 5) == 10);
  CHECK(integer("ff 00", 7) == 127);
  CHECK_FALSE(integer("", 5).has_value());
  CHECK_FALSE(integer("1f", 5).has_value());
  CHECK_FALSE(integer("1f 9a", 5).has_value());
  CHECK_FALSE(integer("ff ff ff ff ff 0f", 7).has_value());
}

TEST_CASE("HPACK: fields (C.2)") {
  CHECK(fields("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572") ==
        "0 custom-key=custom-header; ");
  CHECK(fields("040c 2f73 616d 706c 652f 7061 7468") == "4 =/sample/path; ");
  CHECK(fields("1008 7061 7373 776f 7264 0673 6563 7265 74") == "0 password=secret; ");
  CHECK(fields("82") == "2; ");
}

TEST_CASE("HPACK: blocks that need no dynamic table (C.3 to C.6)") {
  CHECK(fields("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d") ==
        "2; 6; 4; 1 =www.example.com; ");
  CHECK(fields("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff") == "2; 6; 4; 1 =www.example.com; ");
  CHECK(fields("4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133"
               "2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70"
               "6c65 2e63 6f6d") ==
        "8 =302; 24 =private; 33 =Mon, 21 Oct 2013 20:13:21 GMT; 46 =https://www.example.com; ");
  CHECK(fields("4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
               "2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3") ==
        "8 =302; 24 =private; 33 =Mon, 21 Oct 2013 20:13:21 GMT; 46 =https://www.example.com; ");
}

TEST_CASE("HPACK: what needs a dynamic table is malformed") {
  CHECK(fields("8286 84be 5808 6e6f 2d63 6163 6865") == "2; 6; 4; malformed");  // C.3.2
  CHECK(fields("7f00 0161") == "malformed");                                    // a name there
  CHECK(fields("3fe1 1f") == "malformed");                                      // a size of 4096
  CHECK(fields("2088") == "8; ");                                               // a size of 0
  CHECK(fields("2020") == "");
}

TEST_CASE("HPACK: malformed fields") {
  CHECK(fields("80") == "malformed");
  CHECK(fields("00") == "malformed");
  CHECK(fields("0001") == "malformed");
  CHECK(fields("0001 61") == "malformed");
  CHECK(fields("0001 6102 61") == "malformed");
  CHECK(fields("88ff ffff ffff ff") == "8; malformed");
}

TEST_CASE("HPACK: the Huffman code") {
  CHECK(decoded("") == "");
  CHECK(decoded("a8eb 1064 9cbf") == "no-cache");
  CHECK(decoded("25a8 49e9 5ba9 7d7f") == "custom-key");
  CHECK(decoded("25a8 49e9 5bb8 e8b4 bf") == "custom-value");
  CHECK(decoded("640e ff") == "307");
  CHECK(decoded("9bd9 ab") == "gzip");
  CHECK(decoded("94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587"
                "3160 65c0 03ed 4ee5 b106 3d50 07") ==
        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
  CHECK(decoded("ff c0") == "malformed");  // padding of zeros, behind 0x00
  CHECK(decoded("ff c7") == std::string(1, '\0'));
  CHECK(decoded("ff ff ff ff") == "malformed");  // EOS
  CHECK(decoded("ff") == "malformed");           // eight bits of padding
  CHECK(decoded("64 0e") == "malformed");        // padding of zeros
}

TEST_CASE("HPACK: what is sent") {
  std::string block;
  hpack::put_indexed(block, hpack::index::post);
  hpack::put_field(block, hpack::index::content_type, "application/grpc");
  hpack::put_field(block, "X-Long", std::string(200, 'x'));
  std::string_view rest = block;
  CHECK(hpack::take_field(rest)->index == 3);
  CHECK(block[1] == '\x1f');  // never to be indexed
  const auto type = hpack::take_field(rest);
  CHECK((type->index == 31 && type->value == "application/grpc"));
  const auto own = hpack::take_field(rest);
  CHECK((own->name == "x-long" && own->value == std::string(200, 'x')));
  CHECK(rest.empty());
}
