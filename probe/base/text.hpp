// Small text tools: no locale, no streams, no allocation beyond the result.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace probe {

/// An integer that is shown in decimal.
template <typename Type>
concept Number = std::integral<Type> && !std::same_as<Type, char> && !std::same_as<Type, bool>;

/// One operand of `cat`: a text that is borrowed, a character or an integer in decimal.
class Piece {
 public:
  // NOLINTBEGIN(cppcoreguidelines-pro-type-member-init): digits_ is for characters and integers
  Piece(std::string_view text) : text_(text) {}
  Piece(const std::string& text) : text_(text) {}
  Piece(const char* text) : text_(text) {}
  Piece(char character) : digits_{character}, text_(digits_, 1) {}
  template <Number Integer>
  Piece(Integer value)
      : text_(digits_, static_cast<std::size_t>(
                           std::to_chars(digits_, digits_ + sizeof digits_, value).ptr - digits_)) {
  }
  // NOLINTEND(cppcoreguidelines-pro-type-member-init)
  Piece(const Piece&) = delete;
  Piece& operator=(const Piece&) = delete;
  ~Piece() = default;

  std::string_view text() const { return text_; }

 private:
  char digits_[24];  // unset, but for a character or an integer
  std::string_view text_;
};

std::string join(std::initializer_list<Piece> pieces);

/// Concatenates texts, characters and integers.
template <class... Parts>
std::string cat(const Parts&... parts) {
  return join({Piece(parts)...});
}

/// A whole decimal number without sign, space or anything else around it.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// The value of a hexadecimal digit; -1 if it is none.
int hex_value(char c);

/// ASCII letters only, whatever the locale.
char to_lower(char c);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
bool has_control_character(std::string_view text);

/// Makes text from a peer safe for a terminal and a log: one line, valid UTF-8, no control or
/// direction-changing characters (they become `\n`, `\x1b`, …), at most `limit` bytes followed by
/// `…` if cut. What may have a secret in it is cut by `excerpt` only, which conceals first.
std::string printable(std::string_view text, std::size_t limit = std::string_view::npos);

/// Appends `text` to a JSON document as a string (RFC 8259, section 7). `text` must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

/// How many characters have to be inserted, deleted, replaced or swapped with the next to make `b`
/// of `a`, whatever their case.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word` by edit distance; empty if none is near enough to be meant.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// `; did you mean X?`, or nothing if no candidate is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view prefix = "");

}  // namespace probe
