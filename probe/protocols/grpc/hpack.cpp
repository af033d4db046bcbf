#include "protocols/grpc/hpack.hpp"

#include "base/text.hpp"

#include <array>
#include <cstdint>

namespace probe::hpack {
namespace {

constexpr unsigned longest_code = 30;
constexpr unsigned symbols = 257;  // EOS is the last, and the last of the longest codes

/// How long each symbol's code is (appendix B): 'a' is 5 bits, 'z' 30.
constexpr std::string_view lengths =
    "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf"
    "ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabccccckgjix"
    "prpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs"
    "vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwvz";
static_assert(lengths.size() == symbols);

/// The code is canonical: codes of one length count up in the order of their symbols, and go on
/// from those of the length before.
struct Code {
  std::array<unsigned char, longest_code + 1> count{};  ///< of the codes of each length
  std::array<unsigned char, symbols - 1> order{};       ///< symbols by their code
};

consteval Code make_code() {
  Code code;
  std::size_t next = 0;
  for (unsigned length = 5; length <= longest_code; ++length) {
    for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
      if (static_cast<unsigned>(lengths[symbol] - 'a') + 5 != length) continue;
      ++code.count[length];
      if (next < code.order.size()) code.order[next++] = static_cast<unsigned char>(symbol);
    }
  }
  return code;
}
constexpr Code huffman = make_code();

std::optional<std::string> take_text(std::string_view& block) {
  const bool coded = !block.empty() && (static_cast<unsigned char>(block[0]) & 0x80U) != 0;
  const auto size = take_integer(block, 7);
  if (!size || *size > block.size()) return std::nullopt;
  const std::string_view text = block.substr(0, *size);
  block.remove_prefix(*size);
  return coded ? huffman_decode(text) : std::string(text);
}

void put_integer(std::string& out, unsigned first, unsigned bits, std::size_t value) {
  const std::size_t most = (1U << bits) - 1;
  if (value < most) {
    out += static_cast<char>(first | value);
    return;
  }
  out += static_cast<char>(first | most);
  for (value -= most; value > 127; value >>= 7U) out += static_cast<char>(value | 128U);
  out += static_cast<char>(value);
}

void put_text(std::string& out, std::string_view text) {
  put_integer(out, 0, 7, text.size());
  out += text;
}

constexpr unsigned never_indexed = 0x10;

}  // namespace

std::optional<std::size_t> take_integer(std::string_view& block, unsigned bits) {
  if (block.empty()) return std::nullopt;
  const std::size_t most = (1U << bits) - 1;
  std::size_t value = static_cast<unsigned char>(block[0]) & most;
  block.remove_prefix(1);
  if (value < most) return value;
  for (unsigned shift = 0; shift < 28 && !block.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(block[0]);
    block.remove_prefix(1);
    value += static_cast<std::size_t>(byte & 127U) << shift;
    if (byte < 128) return value;
  }
  return std::nullopt;
}

std::optional<std::string> huffman_decode(std::string_view bytes) {
  std::string text;
  std::uint32_t code = 0;   // the bits of a symbol so far
  std::uint32_t first = 0;  // the first code of that length
  unsigned length = 0;
  unsigned index = 0;  // of the first code's symbol
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    if (++length > longest_code) return std::nullopt;
    code = code << 1U | (static_cast<unsigned char>(bytes[bit / 8]) >> (7 - (bit % 8)) & 1U);
    first <<= 1U;
    const unsigned count = huffman.count[length];
    if (code - first < count) {
      if (index + (code - first) >= huffman.order.size()) return std::nullopt;
      text += static_cast<char>(huffman.order[index + (code - first)]);
      code = first = length = index = 0;
    } else {
      index += count;
      first += count;
    }
  }
  if (length > 7 || code != (1U << length) - 1) return std::nullopt;
  return text;
}

std::optional<Field> take_field(std::string_view& block) {
  Field field;
  std::string_view rest = block;
  while (!rest.empty() && (static_cast<unsigned char>(rest[0]) & 0xe0U) == 0x20) {
    const auto size = take_integer(rest, 5);
    if (!size || *size != 0) return std::nullopt;
  }
  if (rest.empty()) block = rest;
  if (rest.empty()) return std::nullopt;
  const auto first = static_cast<unsigned char>(rest[0]);
  field.indexed = (first & 0x80U) != 0;
  unsigned bits = (first & 0x40U) != 0 ? 6 : 4;  // to be kept, or not
  if (field.indexed) bits = 7;
  const auto number = take_integer(rest, bits);
  if (!number || *number > index::last || (field.indexed && *number == 0)) return std::nullopt;
  field.index = static_cast<unsigned>(*number);
  if (field.index == 0) {
    auto name = take_text(rest);
    if (!name) return std::nullopt;
    field.name = *std::move(name);
  }
  if (!field.indexed) {
    auto value = take_text(rest);
    if (!value) return std::nullopt;
    field.value = *std::move(value);
  }
  block = rest;
  return field;
}

void put_indexed(std::string& block, unsigned index) {
  put_integer(block, 0x80, 7, index);
}

void put_field(std::string& block, unsigned name, std::string_view value) {
  put_integer(block, never_indexed, 4, name);
  put_text(block, value);
}

void put_field(std::string& block, std::string_view name, std::string_view value) {
  put_integer(block, never_indexed, 4, 0);
  put_integer(block, 0, 7, name.size());
  for (const char c : name) block += to_lower(c);
  put_text(block, value);
}

}  // namespace probe::hpack
