#include "target/target.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

using Texts = std::vector<std::string_view>;

/// A character as it is written in URLs (RFC 3986, and `+` in forms), JSON (RFC 8259, section 7),
/// HTML, C and by `printable`.
struct Written {
  std::array<char, 4> bytes{};  ///< what it stands for, in UTF-8
  std::size_t size = 0;
  std::size_t length = 0;  ///< as it is written

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

/// `&amp;`, `&#38;`, `&#x26;`.
std::optional<Written> html_character(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> names{
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  for (const auto& [name, character] : names) {
    if (text.starts_with(name)) return Written{{character}, 1, name.size()};
  }
  const bool hex = text.starts_with("&#x") || text.starts_with("&#X");
  std::size_t at = hex ? 3 : 2;
  unsigned code = 0;
  for (; text.starts_with("&#") && at < std::min<std::size_t>(text.size(), 10); ++at) {
    const int digit = hex_value(text[at]);
    if (digit < 0 || (digit > 9 && !hex)) break;
    code = code * (hex ? 16 : 10) + static_cast<unsigned>(digit);
  }
  if (code == 0 || code > 0x10ffff || !text.substr(at).starts_with(';')) return std::nullopt;
  return in_utf8(code, at + 1);
}

/// The first character, which may be that of the secret; of no size where the text ends.
Written first_character(std::string_view text, std::string_view secret) {
  if (text.empty()) return {};
  const auto one = [](unsigned byte, std::size_t length) {
    return Written{{static_cast<char>(byte)}, 1, length};
  };
  if (text[0] == '+') return one(' ', 1);
  if (text[0] == '%') {
    // Encoded again where a URL is a parameter of another: `%252F`.
    std::size_t digits = 1;
    while (!secret.starts_with('%') && text.substr(digits).starts_with("25") &&
           hex_number(text.substr(digits + 2), 2))
      digits += 2;
    if (const auto byte = hex_number(text.substr(digits), 2)) return one(*byte, digits + 2);
  }
  if (text[0] == '&') {
    if (const auto character = html_character(text)) return *character;
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

/// How much of the start of `text` is the secret, its characters as they are or escaped; 0 if it is
/// not there. The beginning of one is enough where we have cut the text, and where a server has,
/// which Redis does after 128 bytes without a mark.
std::size_t match(std::string_view text, std::string_view secret, bool escapes_first) {
  constexpr std::size_t least = 3;    // as of a whole one
  constexpr std::size_t enough = 16;  // other text hardly begins like it
  std::size_t at = 0;
  std::size_t matched = 0;
  while (matched < secret.size()) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("…") && matched >= least) return at;
    const bool same = rest.starts_with(secret[matched]);
    const std::string_view wanted = secret.substr(matched);
    const Written character = first_character(rest, wanted);
    if ((!same || escapes_first) && character.size > 0 && wanted.starts_with(character.text())) {
      at += character.length;
      matched += character.size;
    } else if (same) {
      ++at;
      ++matched;
    } else {
      return matched >= enough ? at : 0;
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
