#include "base/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace probe {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// Whether a character would change the direction or the line of what follows it (Unicode's bidi
/// controls and separators: U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069).
bool is_directional(std::string_view character) {
  if (character == "\xd8\x9c") return true;
  if (character.size() != 3 || character[0] != '\xe2') return false;
  const char second = character[1];
  const auto last = static_cast<unsigned char>(character[2]);
  return (second == '\x80' && (last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae))) ||
         (second == '\x81' && last >= 0xa6 && last <= 0xa9);
}

bool is_printable_ascii(char c) {
  return c >= ' ' && c <= '~';
}

/// Length of the printable UTF-8 sequence (RFC 3629) at the start of `text`; 0 if there is none.
std::size_t printable_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return is_printable_ascii(static_cast<char>(first)) ? 1 : 0;
  const std::size_t length = 2 + (first >= 0xe0 ? 1U : 0U) + (first >= 0xf0 ? 1U : 0U);
  if (first < 0xc2 || first > 0xf4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool out_of_range =
      (first == 0xed && byte(1) >= 0xa0) || (first == 0xf4 && byte(1) >= 0x90);
  const bool c1_control = first == 0xc2 && byte(1) < 0xa0;
  const bool unprintable = c1_control || is_directional(text.substr(0, length));
  return overlong || out_of_range || unprintable ? 0 : length;
}

std::string escape(char c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  const auto value = static_cast<unsigned char>(c);
  return {'\\', 'x', hex_digits[value >> 4U], hex_digits[value & 0xfU]};
}

}  // namespace

std::string join(std::initializer_list<Piece> pieces) {
  std::size_t size = 0;
  for (const Piece& piece : pieces) size += piece.text().size();
  std::string out;
  out.reserve(size);
  for (const Piece& piece : pieces) out += piece.text();
  return out;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto value = static_cast<unsigned char>(c);
    return value < 0x20 || value == 0x7f;
  });
}

std::string printable(std::string_view text, std::size_t limit) {
  if (text.size() <= limit && std::ranges::all_of(text, is_printable_ascii))
    return std::string(text);  // as nearly all are
  std::string out;
  while (!text.empty()) {
    const std::size_t length = printable_sequence(text);
    const std::string piece = length > 0 ? std::string(text.substr(0, length)) : escape(text[0]);
    if (out.size() + piece.size() > limit) return out + "…";
    out += piece;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (value < 0x20) {
      out += cat("\\u00", hex_digits[value >> 4U], hex_digits[value & 0xfU]);
    } else {
      out += c;
    }
  }
  out += '"';
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before;
  std::vector<std::size_t> above;
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  const auto same = [&](std::size_t i, std::size_t j) { return to_lower(a[i]) == to_lower(b[j]); };
  for (std::size_t i = 0; i < a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      row[j + 1] = std::min({above[j] + (same(i, j) ? 0 : 1), row[j] + 1, above[j + 1] + 1});
      const bool swapped = i > 0 && j > 0 && same(i, j - 1) && same(i - 1, j);
      if (swapped) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
    }
  }
  return row.back();
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance =
      1 + std::max<std::size_t>(1, std::min<std::size_t>(3, word.size() / 3));
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view prefix) {
  const std::string_view candidate = nearest(word, candidates);
  return candidate.empty() ? "" : cat("; did you mean ", prefix, candidate, "?");
}

}  // namespace probe
