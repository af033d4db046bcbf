#include "target/target.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

using Texts = std::vector<std::string_view>;

/// A character as it is written in URLs (RFC 3986, and `+` in forms), JSON (RFC 8259, section 7), C
/// and by `printable`.
struct Written {
  std::array<char, 4> bytes;  ///< what it stands for, in UTF-8
  std::size_t size;
  std::size_t length;  ///< as it is written

  std::string_view text() const { return {bytes.data(), size}; }
};

/// The value of so many hexadecimal digits; nothing if they are not there.
std::optional<unsigned> hex_number(std::string_view text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(0, digits)) {
    if (hex_value(c) < 0) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(hex_value(c));
  }
  return value;
}

Written in_utf8(unsigned code, std::size_t length) {
  const auto tail = [code](unsigned shift) {
    return static_cast<char>(0x80U | (code >> shift & 0x3fU));
  };
  if (code < 0x80) return {{static_cast<char>(code)}, 1, length};
  if (code < 0x800) return {{static_cast<char>(0xc0U | code >> 6U), tail(0)}, 2, length};
  if (code < 0x10000) {
    return {{static_cast<char>(0xe0U | code >> 12U), tail(6), tail(0)}, 3, length};
  }
  return {{static_cast<char>(0xf0U | code >> 18U), tail(12), tail(6), tail(0)}, 4, length};
}

/// `\u00e9`, or the two of a surrogate pair.
std::optional<Written> json_character(std::string_view text) {
  const auto code = hex_number(text.substr(2), 4);
  if (!code) return std::nullopt;
  const bool pair = *code >= 0xd800 && *code < 0xdc00 && text.substr(6).starts_with("\\u");
  const auto low = pair ? hex_number(text.substr(8), 4) : std::nullopt;
  if (!low) return in_utf8(*code, 6);
  return in_utf8(0x10000 + ((*code - 0xd800U) << 10U) + ((*low - 0xdc00U) & 0x3ffU), 12);
}

Written first_character(std::string_view text) {
  const auto one = [](unsigned byte, std::size_t length) {
    return Written{{static_cast<char>(byte)}, 1, length};
  };
  if (text[0] == '+') return one(' ', 1);
  if (text[0] == '%') {
    if (const auto byte = hex_number(text.substr(1), 2)) return one(*byte, 3);
  }
  if (text[0] != '\\' || text.size() < 2) return {{text[0]}, 1, 1};
  if (text[1] == 'x') {
    if (const auto byte = hex_number(text.substr(2), 2)) return one(*byte, 4);
  }
  if (text[1] == 'u') {
    if (const auto character = json_character(text)) return *character;
  }
  constexpr std::string_view letters = "nrtbf";
  constexpr std::string_view meanings = "\n\r\t\b\f";
  const std::size_t letter = letters.find(text[1]);
  return {{letter == std::string_view::npos ? text[1] : meanings[letter]}, 1, 2};
}

/// Whether so much of a secret, behind which the text ends or has been cut, is to be hidden.
bool is_cut(std::string_view rest, std::size_t matched) {
  constexpr std::size_t least = 8;  // below that, other text would look like it
  constexpr std::size_t long_one = 256;
  return (rest.starts_with("…") && matched >= least) || (rest.empty() && matched >= long_one);
}

/// How much of the start of `text` is the secret, its characters as they are or escaped; 0 if it is
/// not there.
std::size_t match(std::string_view text, std::string_view secret, bool escapes_first) {
  std::size_t at = 0;
  std::size_t matched = 0;
  while (matched < secret.size()) {
    const std::string_view rest = text.substr(at);
    if (is_cut(rest, matched)) return at;
    if (rest.empty()) return 0;
    const bool same = rest[0] == secret[matched];
    const Written character = first_character(rest);
    if ((!same || escapes_first) && secret.substr(matched).starts_with(character.text())) {
      at += character.length;
      matched += character.size;
    } else if (same) {
      ++at;
      ++matched;
    } else {
      return 0;
    }
  }
  return at;
}

std::size_t longest_match(std::string_view text, const Texts& secrets) {
  constexpr std::size_t shortest = 3;  // below that, any text would be full of it
  std::size_t longest = 0;
  for (const std::string_view secret : secrets) {
    if (secret.size() < shortest) continue;
    longest = std::max({longest, match(text, secret, true), match(text, secret, false)});
  }
  return longest;
}

/// Replaces secrets until the result is longer than `enough`.
std::string conceal_texts(std::string_view text, const Texts& secrets, std::size_t enough) {
  if (secrets.empty()) return std::string(text);
  std::string out;
  while (!text.empty() && out.size() <= enough) {
    const std::size_t length = longest_match(text, secrets);
    if (length > 0) {
      out += "***";
    } else {
      out += text[0];
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

/// The secret parts of a header field's value, each of which a peer may repeat alone: the
/// credentials behind the scheme (RFC 9110, section 11.4), the cookies' values (RFC 6265).
void add_parts(std::string_view name, std::string_view value, Texts& texts) {
  if (name.size() >= 13 && equal_ignoring_case(name.substr(name.size() - 13), "Authorization"))
    texts.push_back(trim(value.substr(std::min(value.find(' '), value.size()))));
  if (!equal_ignoring_case(name, "Cookie")) return;
  while (!value.empty()) {
    const std::string_view pair = value.substr(0, value.find(';'));
    value.remove_prefix(std::min(pair.size() + 1, value.size()));
    texts.push_back(trim(pair.substr(std::min(pair.find('=') + 1, pair.size()))));
  }
}

/// What is not to be shown of a target; what is part of its own name is no secret.
Texts secrets_of(const Target& target) {
  Texts texts;
  if (target.password) texts.emplace_back(target.password->reveal());
  if (target.options.data) texts.emplace_back(target.options.data->reveal());
  for (const auto& [name, value] : target.options.headers) {
    texts.emplace_back(value.reveal());
    add_parts(name, value.reveal(), texts);
  }
  for (const Secret& secret : target.secrets) texts.emplace_back(secret.reveal());
  std::erase_if(texts,
                [&](std::string_view text) { return target.name.find(text) != std::string::npos; });
  for (const Secret& secret : target.options.secrets) texts.emplace_back(secret.reveal());
  return texts;
}

Texts texts_of(std::span<const Secret> secrets) {
  Texts texts;
  for (const Secret& secret : secrets) texts.emplace_back(secret.reveal());
  return texts;
}

}  // namespace

Secret shared_secret(std::string text, std::span<const Secret> known) {
  const auto found = std::ranges::find(known, text, &Secret::reveal);
  Secret secret = found == known.end() ? Secret(std::string_view(text)) : *found;
  wipe(text);
  return secret;
}

std::string conceal(std::string_view text, std::span<const Secret> secrets) {
  return conceal_texts(text, texts_of(secrets), std::string::npos);
}

std::string conceal(std::string_view text, const Target& target) {
  return conceal_texts(text, secrets_of(target), std::string::npos);
}

std::string excerpt(std::string_view text, std::span<const Secret> secrets, std::size_t limit) {
  return printable(conceal_texts(text, texts_of(secrets), limit + 4), limit);
}

std::string excerpt(std::string_view text, const Target& target, std::size_t limit) {
  return printable(conceal_texts(text, secrets_of(target), limit + 4), limit);
}

}  // namespace probe
