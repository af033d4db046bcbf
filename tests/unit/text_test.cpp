#include "base/text.hpp"

#include "catch.hpp"

#include <array>

using namespace probe;

TEST_CASE("cat joins texts, characters and integers") {
  CHECK(cat("a", std::string("b"), 'c', 12, -3, std::uint16_t{65535}) == "abc12-365535");
  CHECK(cat().empty());
}

TEST_CASE("parse_number takes whole decimal numbers only") {
  CHECK(parse_number("0") == 0U);
  CHECK(parse_number("18446744073709551615") == 18446744073709551615U);
  for (const auto* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"}) {
    INFO(text);
    CHECK_FALSE(parse_number(text));
  }
}

TEST_CASE("printable leaves text and escapes what a terminal would obey") {
  CHECK(printable("plain \"text\"") == "plain \"text\"");
  CHECK(printable("naïve – 日本 🙂") == "naïve – 日本 🙂");
  CHECK(printable("a\nb\r\tc") == "a\\nb\\r\\tc");
  CHECK(printable("\x1b[31m") == "\\x1b[31m");
  CHECK(printable("\x7f") == "\\x7f");
  CHECK(printable("\x9b") == "\\x9b");                    // C1 control as a byte
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");           // and as UTF-8
  CHECK(printable("\xff\xc0\x80") == "\\xff\\xc0\\x80");  // never UTF-8; overlong
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(printable("\xe6\x97") == "\\xe6\\x97");           // cut short
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
}

TEST_CASE("printable escapes what would turn the text behind it around") {
  for (const std::string_view mark :
       {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069"}) {
    const std::string shown = printable(cat("a", mark, "b"));
    CHECK(shown.find(mark) == std::string::npos);
    CHECK(shown.starts_with("a\\x"));
    CHECK(shown.ends_with("b"));
  }
  CHECK(printable("\u200d \u2027 \u202f \u2065 \u206a") == "\u200d \u2027 \u202f \u2065 \u206a");
}

TEST_CASE("printable cuts between characters") {
  CHECK(printable("abcdef", 3) == "abc…");
  CHECK(printable("abc", 3) == "abc");
  CHECK(printable("ab日", 3) == "ab…");
}

TEST_CASE("append_json_string escapes as RFC 8259 wants") {
  std::string out;
  append_json_string(out, "a\"b\\c\x01");
  CHECK(out == R"("a\"b\\c\u0001")");
}

TEST_CASE("suggestion names what was nearly written, and nothing else") {
  constexpr std::array<std::string_view, 3> names{"timeout", "attempts", "status"};
  CHECK(nearest("timout", names) == "timeout");
  CHECK(nearest("Status", names) == "status");
  CHECK(nearest("verbose", names).empty());
  CHECK(suggestion("attempt", names, "--") == "; did you mean --attempts?");
  CHECK(suggestion("x", names).empty());
}

TEST_CASE("trim and equal_ignoring_case") {
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim("  ").empty());
  CHECK(equal_ignoring_case("HoSt", "host"));
  CHECK_FALSE(equal_ignoring_case("host", "hosts"));
}
