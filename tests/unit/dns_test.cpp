#include "net/dns.hpp"

#include "catch.hpp"

#include <string>
#include <string_view>

using namespace probe;

namespace {

using namespace std::string_view_literals;

/// A message with one question about "a.b", and these answers.
std::string message(char count, std::string_view answers) {
  std::string text("\0\1\x81\x80\0\1\0_\0\0\0\0\1a\1b\0\0\1\0\1"sv);
  text[7] = count;
  text += answers;
  return text;
}

unsigned count(std::string_view text, int type) {
  return count_records({reinterpret_cast<const unsigned char*>(text.data()), text.size()}, type);
}

constexpr auto address = "\xC0\x0C\0\1\0\1\0\0\0\1\0\4\x7F\0\0\1"sv;
constexpr auto alias = "\1a\1b\0\0\5\0\1\0\0\0\1\0\2\xC0\x0C"sv;

}  // namespace

TEST_CASE("records are counted by their type") {
  const std::string text =
      message(3, std::string(alias) + std::string(address) + std::string(address));
  CHECK(count(text, 1) == 2);
  CHECK(count(text, 5) == 1);
  CHECK(count(text, 28) == 0);
}

TEST_CASE("no more are counted than are there, and no more than the header says") {
  CHECK(count(message(9, address), 1) == 1);
  CHECK(count(message(1, std::string(address) + std::string(address)), 1) == 1);
  CHECK(count("", 1) == 0);
  const std::string whole = message(1, address);
  for (std::size_t size = 0; size < whole.size() - address.size() + 4; ++size)
    CHECK(count(std::string_view(whole).substr(0, size), 1) == 0);
}

TEST_CASE("a pointer to itself and a label beyond the end are not followed") {
  CHECK(count(message(1, "\xC0\x1C\0\1\0\1\0\0\0\1\0\4\x7F\0\0\1"sv), 1) == 1);
  CHECK(count(message(1, "\x3F\0\1\0\1"sv), 1) == 0);
}
