#include "target/expand.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "target/url.hpp"

#include <algorithm>
#include <cstdlib>

namespace probe {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr unsigned deepest = 8;

/// The variable's name at the start of an expression.
std::string_view name_in(std::string_view inside) {
  std::size_t size = 0;
  const auto is_letter = [](char c) {
    return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || c == '_';
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (size < inside.size() && (is_letter(inside[size]) || (size > 0 && is_digit(inside[size]))))
    ++size;
  return inside.substr(0, size);
}

/// An expression for a complaint: its name only, since a default may be a password.
std::string shown(std::string_view inside, std::string_view end) {
  const std::string_view name = name_in(inside);
  return cat("\"${", name, name.size() < inside.size() ? "…" : "", end, "\"");
}

/// A secret is one line of text; anything else is a mistake that would show up as a wrong password.
Parsed<std::string> read_secret(const std::string& path) {
  constexpr std::size_t limit = std::size_t{64} * 1024;
  const std::string shown = printable(path);
  if (path.empty()) return usage_error("${file:} names no file");
  auto text = read_file(path, limit);
  if (!text) return usage_error(cat("cannot read \"", shown, "\": ", text.error()));
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->empty()) return usage_error(cat("\"", shown, "\" is empty"));
  if (text->find_first_of("\r\n") != npos)
    return usage_error(cat("\"", shown, "\" has more than one line"));
  if (text->find('\0') != npos) return usage_error(cat("\"", shown, "\" has a NUL byte in it"));
  return *std::move(text);
}

/// Where the expression that begins at `start` ends: after its `}`.
std::size_t expression_end(std::string_view text, std::size_t start) {
  std::size_t depth = 0;
  for (std::size_t at = start; at < text.size(); ++at) {
    if (text.substr(at).starts_with("${")) ++depth;
    if (text[at] == '}' && --depth == 0) return at + 1;
  }
  return npos;
}

/// Expands one template; `Encode` says how what is inserted is written behind what is there.
class Expansion {
 public:
  using Encode = std::string (*)(std::string_view before, std::string_view rest,
                                 std::string_view value, bool secret);

  Expansion(std::vector<Secret>& secrets, Encode encode) : secrets_(secrets), encode_(encode) {}

  Parsed<std::string> text(std::string_view text, unsigned depth = 0) const {
    if (depth > deepest) return usage_error("its ${…} are nested too deeply");
    std::string out;
    while (true) {
      const std::size_t start = text.find("${");
      out += text.substr(0, start);
      if (start == npos) return out;
      if (start > 0 && text[start - 1] == '$') {
        out += '{';
        text.remove_prefix(start + 2);
        continue;
      }
      const std::size_t end = expression_end(text, start);
      if (end == npos)
        return usage_error(cat(shown(text.substr(start + 2), ""), " has no closing }"));
      const std::size_t known = secrets_.size();
      auto value = expression(text.substr(start + 2, end - start - 3), depth);
      if (!value) return value;
      text.remove_prefix(end);
      if (encode_ != nullptr && depth == 0)
        *value = encode_(out, text, *value, secrets_.size() > known);
      out += *value;
    }
  }

 private:
  /// What stands between the braces.
  Parsed<std::string> expression(std::string_view inside, unsigned depth) const {
    const std::string name(name_in(inside));
    std::string_view word = inside.substr(name.size());
    const bool not_empty = word.starts_with(':');  // the variable may not be, either
    if (not_empty) word.remove_prefix(1);
    const bool with_default = word.starts_with('-');
    const bool with_message = word.starts_with('?');
    if (name == "file" && not_empty && !with_default && !with_message) return file(word, depth);
    const bool alone = name.size() == inside.size();
    if (name.empty() || (!alone && !with_default && !with_message)) {
      return usage_error(
          cat(shown(inside, "}"),
              " is not one of ${NAME}, ${NAME:-default}, ${NAME:?message}, ${file:PATH}"));
    }
    word.remove_prefix(std::min<std::size_t>(1, word.size()));
    const char* value = std::getenv(name.c_str());
    if (value != nullptr && (!not_empty || *value != '\0')) return value;
    if (with_default) return text(word, depth + 1);
    const std::string_view state = value == nullptr ? " is not set" : " is empty";
    if (!with_message) return usage_error(cat(name, state));
    auto message = text(word, depth + 1);
    if (!message) return message;
    return usage_error(cat(name, message->empty() ? state : ": ", printable(*message)));
  }

  Parsed<std::string> file(std::string_view path, unsigned depth) const {
    const auto expanded = text(path, depth + 1);
    if (!expanded) return expanded;
    auto contents = read_secret(*expanded);
    if (contents) secrets_.emplace_back(*contents);
    return contents;
  }

  std::vector<Secret>& secrets_;
  Encode encode_;
};

/// Whether an `@` follows in the authority, of which `rest` is what is not yet expanded.
bool in_userinfo(std::string_view rest) {
  while (!rest.empty() && std::string_view("@/?#").find(rest.front()) == npos) {
    rest.remove_prefix(std::min(rest.starts_with("${") ? expression_end(rest, 0) : 1, rest.size()));
  }
  return rest.starts_with('@');
}

/// Encodes `value` as it has to be between `before` and `rest` of a URL; a whole URL loses the line
/// end that a variable or file has behind it. A secret stays in one piece, so that no complaint
/// about a part of it shows that part.
std::string encode_in_url(std::string_view before, std::string_view rest, std::string_view value,
                          bool secret) {
  const std::size_t scheme_end = before.find("://");
  if (scheme_end == npos)
    return std::string(value.substr(0, value.find_last_not_of(" \t\r\n") + 1));
  const std::size_t authority = scheme_end + 3;
  const std::size_t part = before.find_first_of("/?#", authority);
  if (part == npos) {
    const bool socket = is_socket_scheme(before.substr(0, scheme_end));
    return percent_encode(value, secret || socket || in_userinfo(rest) ? "" : ":,[]");
  }
  if (before.find('#', part) != npos) return percent_encode(value, "");
  if (before.find('?', part) != npos) return percent_encode(value, "/:@,");
  return percent_encode(value, "/:@,!$'()*;=");
}

}  // namespace

Parsed<std::string> expand(std::string_view text, std::vector<Secret>& secrets) {
  return Expansion(secrets, nullptr).text(text);
}

Parsed<std::string> expand_target(std::string_view text, std::vector<Secret>& secrets) {
  return Expansion(secrets, encode_in_url).text(text);
}

}  // namespace probe
