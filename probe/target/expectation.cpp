#include "target/expectation.hpp"

#include "base/text.hpp"
#include "target/json.hpp"
#include "target/target.hpp"

#include <regex.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace probe {
namespace {

constexpr std::size_t shown = 60;

/// A text from the peer or the user, for a message.
std::string quoted(std::string_view text, const Target& target) {
  return text.empty() ? "nothing" : cat('"', excerpt(text, target, shown), '"');
}

/// A number as in JSON, not as in C ("0x10", "inf").
std::optional<double> parse_double(const std::string& text) {
  const bool plain =
      !text.empty() && text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return plain && *end == '\0' ? std::optional(value) : std::nullopt;
}

/// Whether VALUE means what was found.
bool means(const std::string& value, const JsonValue& found) {
  using enum JsonValue::Kind;
  const bool in_quotes = value.size() > 1 && value.starts_with('"') && value.ends_with('"');
  if (in_quotes) return found.kind == string && found.text == value.substr(1, value.size() - 2);
  if (found.kind == absent || found.kind == object || found.kind == array) return false;
  if (found.text == value) return true;
  const auto wanted = parse_double(value);
  return found.kind == number && wanted && wanted == parse_double(found.text);
}

std::string describe(const JsonValue& found, const Target& target) {
  switch (found.kind) {
    case JsonValue::Kind::absent:
      return "nothing";
    case JsonValue::Kind::object:
      return "an object";
    case JsonValue::Kind::array:
      return "an array";
    case JsonValue::Kind::string:
      return found.text.empty() ? "\"\"" : quoted(found.text, target);
    default:
      return excerpt(found.text, target, shown);
  }
}

}  // namespace

/// A compiled expression (regcomp(3)).
struct Expectation::Regex {
  explicit Regex(const std::string& expression)
      : status(::regcomp(&compiled, expression.c_str(), REG_EXTENDED | REG_NOSUB | REG_NEWLINE)) {}
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;
  ~Regex() {
    if (status == 0) ::regfree(&compiled);
  }
  regex_t compiled{};
  int status;
};

Parsed<Expectation> Expectation::body(std::string_view text) {
  if (text.empty()) return usage_error("an empty text is in every body");
  return Expectation(Kind::body, "", text);
}

Parsed<Expectation> Expectation::regex(std::string_view expression) {
  Expectation made(Kind::regex, "", expression);
  auto compiled = std::make_shared<const Regex>(made.value_);
  if (compiled->status != 0) {
    std::array<char, 80> reason{};
    ::regerror(compiled->status, &compiled->compiled, reason.data(), reason.size());
    return usage_error(
        cat("\"", printable(expression), "\" is not a regular expression: ", reason.data()));
  }
  made.regex_ = std::move(compiled);
  return made;
}

Parsed<Expectation> Expectation::json(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view pointer = text.substr(0, equals);
  if (equals == std::string_view::npos || !parse_json_pointer(pointer)) {
    return usage_error(cat("\"", printable(equals == std::string_view::npos ? text : pointer),
                           "\" is not a JSON pointer followed by a value, as in /status=ok"));
  }
  return Expectation(Kind::json, pointer, text.substr(equals + 1));
}

Parsed<Expectation> Expectation::header(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return usage_error(cat("\"", printable(text), "\" is not a header's NAME=TEXT"));
  return Expectation(Kind::header, trim(text.substr(0, equals)), text.substr(equals + 1));
}

std::optional<std::string> Expectation::unmet(const HttpAnswer& answer,
                                              const Target& target) const {
  if (kind_ == Kind::json) return unmet_json(answer, target);
  if (kind_ == Kind::header) return unmet_header(answer, target);
  if (kind_ == Kind::body && answer.body.find(value_) != std::string::npos) return std::nullopt;
  if (kind_ == Kind::regex && matches(answer.body)) return std::nullopt;
  return cat("wanted ", kind_ == Kind::body ? "" : "a match of ", quoted(value_, target),
             " in the body, got ", quoted(answer.body, target));
}

bool Expectation::matches(std::string body) const {
  // For regexec(3), a NUL would be the end.
  std::ranges::replace(body, '\0', ' ');
  return ::regexec(&regex_->compiled, body.c_str(), 0, nullptr, 0) == 0;
}

std::optional<std::string> Expectation::unmet_json(const HttpAnswer& answer,
                                                   const Target& target) const {
  const auto found =
      find_json(answer.body, parse_json_pointer(name_).value_or(std::vector<std::string>()));
  const std::string wanted =
      cat("wanted ", name_.empty() ? "the document" : excerpt(name_, target, shown), " to be ",
          describe({JsonValue::Kind::literal, value_}, target), ", got ");
  if (!found)
    return cat(wanted, answer.cut ? "more than 1 MiB" : "no JSON but ",
               answer.cut ? "" : quoted(answer.body, target));
  if (means(value_, *found)) return std::nullopt;
  return cat(wanted, describe(*found, target));
}

std::optional<std::string> Expectation::unmet_header(const HttpAnswer& answer,
                                                     const Target& target) const {
  std::string got;
  for (const auto& [name, value] : answer.headers) {
    if (!equal_ignoring_case(name, name_)) continue;
    if (value.find(value_) != std::string::npos) return std::nullopt;
    got += cat(got.empty() ? "" : ", ", value);
  }
  return cat("wanted ", quoted(value_, target), " in header ", excerpt(name_, target, shown),
             ", got ", quoted(got, target));
}

}  // namespace probe
