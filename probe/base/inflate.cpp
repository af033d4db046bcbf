#include "base/inflate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace probe {
namespace {

constexpr std::size_t longest_code = 15;
constexpr std::size_t most_symbols = 288;
constexpr unsigned end_of_block = 256;

/// A canonical Huffman code (RFC 1951, 3.2.2): how many symbols have a code of each length, and
/// the symbols in the order of their codes.
struct Code {
  explicit Code(std::span<const std::uint8_t> lengths) {
    for (const std::uint8_t length : lengths) ++count[length];
    count[0] = 0;
    std::array<std::uint16_t, longest_code + 2> next{};
    for (std::size_t i = 0; i <= longest_code; ++i)
      next[i + 1] = static_cast<std::uint16_t>(next[i] + count[i]);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] != 0) symbols[next[lengths[i]]++] = static_cast<std::uint16_t>(i);
    }
  }
  std::array<std::uint16_t, longest_code + 1> count{};
  std::array<std::uint16_t, most_symbols> symbols{};
};

class Inflater {
 public:
  Inflater(std::span<const unsigned char> in, std::span<unsigned char> out) : in_(in), out_(out) {}

  bool run() {
    bool last = false;
    while (!last && good_) {
      last = bits(1) != 0;
      switch (bits(2)) {
        case 0:
          stored_block();
          break;
        case 1:
          fixed_block();
          break;
        case 2:
          dynamic_block();
          break;
        default:
          good_ = false;
      }
    }
    return good_ && filled_ == out_.size();
  }

 private:
  /// The next bits, the first one lowest. After the end of the input they are zeros.
  unsigned bits(unsigned wanted) {
    unsigned value = 0;
    for (unsigned i = 0; i < wanted; ++i, ++position_) {
      if (position_ / 8 >= in_.size()) {
        good_ = false;
        return 0;
      }
      value |= (in_[position_ / 8] >> position_ % 8 & 1U) << i;
    }
    return value;
  }

  unsigned symbol(const Code& code) {
    unsigned value = 0;
    unsigned first = 0;
    unsigned index = 0;
    for (const unsigned count : code.count) {
      if (value < first + count) return code.symbols[index + value - first];
      index += count;
      first = (first + count) * 2;
      value = value * 2 + bits(1);
    }
    good_ = false;
    return 0;
  }

  /// Lengths and distances are written like small floating-point numbers (RFC 1951, 3.2.5).
  unsigned number(unsigned symbol, unsigned precision) {
    if (symbol >> precision == 0) return symbol;
    const unsigned extra = (symbol >> precision) - 1;
    const unsigned leading = symbol - (extra << precision);
    return (leading << extra) + bits(extra);
  }

  void put(unsigned char byte) {
    if (filled_ == out_.size()) {
      good_ = false;
    } else {
      out_[filled_++] = byte;
    }
  }

  void stored_block() {
    position_ = (position_ + 7) / 8 * 8;
    const unsigned size = bits(16);
    if (bits(16) != (~size & 0xffffU)) good_ = false;
    for (unsigned i = 0; i < size && good_; ++i) put(static_cast<unsigned char>(bits(8)));
  }

  void fixed_block() {
    std::array<std::uint8_t, most_symbols> lengths{};
    lengths.fill(8);
    std::fill(lengths.begin() + 144, lengths.begin() + 256, 9);
    std::fill(lengths.begin() + 256, lengths.begin() + 280, 7);
    std::array<std::uint8_t, 30> distances{};
    distances.fill(5);
    block(Code(lengths), Code(distances));
  }

  void dynamic_block() {
    constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15};
    const unsigned literals = 257 + bits(5);
    const unsigned distances = 1 + bits(5);
    const unsigned code_lengths = 4 + bits(4);
    std::array<std::uint8_t, order.size()> meta{};
    for (unsigned i = 0; i < code_lengths; ++i) meta[order[i]] = static_cast<std::uint8_t>(bits(3));
    const Code code{meta};

    std::array<std::uint8_t, most_symbols + 32> lengths{};
    const std::span<std::uint8_t> all = std::span(lengths).first(literals + distances);
    for (std::size_t filled = 0; filled < all.size() && good_;) {
      const unsigned next = symbol(code);
      std::size_t repeat = 1;
      std::uint8_t length = 0;
      if (next < 16) {
        length = static_cast<std::uint8_t>(next);
      } else if (next == 16) {
        if (filled == 0) good_ = false;
        length = lengths[filled == 0 ? 0 : filled - 1];
        repeat = 3 + bits(2);
      } else {
        repeat = next == 17 ? 3 + bits(3) : 11 + bits(7);
      }
      if (repeat > all.size() - filled) good_ = false;
      for (; repeat > 0 && good_; --repeat) all[filled++] = length;
    }
    if (good_) block(Code(all.first(literals)), Code(all.subspan(literals)));
  }

  void block(const Code& literals, const Code& distances) {
    while (good_) {
      const unsigned next = symbol(literals);
      if (next == end_of_block) return;
      if (next < end_of_block) {
        put(static_cast<unsigned char>(next));
        continue;
      }
      const unsigned length = next == 285 ? 258 : 3 + number(next - 257, 2);
      const unsigned distance = 1 + number(symbol(distances), 1);
      if (distance > filled_) good_ = false;
      for (unsigned i = 0; i < length && good_; ++i) put(out_[filled_ - distance]);
    }
  }

  std::span<const unsigned char> in_;
  std::span<unsigned char> out_;
  std::size_t position_ = 0;  ///< in bits
  std::size_t filled_ = 0;
  bool good_ = true;
};

}  // namespace

bool inflate(std::span<const unsigned char> packed, std::span<unsigned char> unpacked) {
  return Inflater(packed, unpacked).run();
}

}  // namespace probe
