#include "target/expectation.hpp"

#include "base/text.hpp"
#include "target/json.hpp"
#include "target/target.hpp"

#include <regex.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

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

/// The number of characters that an expression stands for when its repetitions are written out, at
/// least roughly; regcomp(3) does that, and takes time and memory by the square of it.
class RegexSize {
 public:
  explicit RegexSize(std::string_view expression) : left_(expression) {}

  std::size_t count() {
    while (!left_.empty()) {
      const char c = next();
      if (c == '(') {
        open_.push_back(0);
      } else if (c == ')' && open_.size() > 1) {
        last_ = open_.back();
        open_.pop_back();
        add(last_);
      } else if (c == '{' && repeat()) {
        continue;
      } else if (std::string_view("*+?|^$").find(c) == std::string_view::npos) {
        if (c == '\\' && !left_.empty()) next();
        if (c == '[') skip_bracket();
        add(last_ = 1);
      }
    }
    return std::accumulate(open_.begin(), open_.end(), std::size_t{0});
  }

 private:
  static constexpr std::size_t most = 1'000'000;

  char next() {
    const char c = left_.front();
    left_.remove_prefix(1);
    return c;
  }

  void add(std::size_t size) { open_.back() = std::min(open_.back() + size, most); }

  /// `{3}`, `{3,}`, `{3,5}`: the last atom, so many times. False if it is none of these.
  bool repeat() {
    const std::string_view bounds = left_.substr(0, left_.find_first_not_of("0123456789,"));
    if (bounds.empty() || !left_.substr(bounds.size()).starts_with('}')) return false;
    left_.remove_prefix(bounds.size() + 1);
    const std::size_t comma = bounds.find(',');
    const auto least = parse_number(bounds.substr(0, comma)).value_or(0);
    const auto last =
        comma == std::string_view::npos ? least : parse_number(bounds.substr(comma + 1));
    const std::size_t copies = std::max({least, last.value_or(least + 1), std::uint64_t{1}});
    const std::size_t more = last_ * std::min<std::size_t>(copies - 1, most);
    last_ = std::min(last_ + more, most);
    add(more);
    return true;
  }

  /// A bracket expression (POSIX, XBD 9.3.5), whose `[` has been read.
  void skip_bracket() {
    if (left_.starts_with('^')) next();
    if (left_.starts_with(']')) next();
    while (!left_.empty()) {
      const char c = next();
      if (c == ']') return;
      const bool named = c == '[' && !left_.empty() && left_.find_first_of(".:=") == 0;
      if (named)
        left_.remove_prefix(std::min(left_.find(cat(left_[0], ']'), 1), left_.size() - 2) + 2);
    }
  }

  std::string_view left_;
  std::vector<std::size_t> open_{0};  ///< the sizes of the groups that are open
  std::size_t last_ = 0;              ///< of the last atom
};

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
  if (text.empty()) return usage_error("every body contains the empty text");
  return Expectation(Kind::body, "", text);
}

Parsed<Expectation> Expectation::regex(std::string_view expression) {
  // Compiled, this takes 0.2 s and 16 MB at the worst.
  constexpr std::size_t largest = 512;
  if (RegexSize(expression).count() > largest) {
    return usage_error(cat("\"", printable(expression),
                           "\" is too large: with its repetitions written "
                           "out it has more than ",
                           largest, " characters"));
  }
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

std::optional<std::string> Expectation::unmet(const Answer& answer, const Target& target) const {
  if (kind_ == Kind::json) return unmet_json(answer, target);
  if (kind_ == Kind::header) return unmet_header(answer, target);
  if (kind_ == Kind::body && answer.body.find(value_) != std::string::npos) return std::nullopt;
  if (kind_ == Kind::regex && matches(answer.body)) return std::nullopt;
  const bool large = answer.body.size() >= std::size_t{1024} * 1024;
  const std::string_view part = large ? "the first 1 MiB of " : "the first 64 KiB of ";
  return cat("wanted ", kind_ == Kind::body ? "" : "a match of ", quoted(value_, target), " in ",
             answer.cut ? part : "", answer.body_name, ", got ", quoted(answer.body, target));
}

bool Expectation::matches(std::string body) const {
  // A CR belongs to the line's end.
  std::size_t size = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\r' || body[i + 1] != '\n') body[size++] = body[i];
  }
  body.resize(size);
  // For regexec(3), a NUL would be the end.
  std::ranges::replace(body, '\0', ' ');
  return ::regexec(&regex_->compiled, body.c_str(), 0, nullptr, 0) == 0;
}

std::optional<std::string> Expectation::unmet_json(const Answer& answer,
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

std::optional<std::string> Expectation::unmet_header(const Answer& answer,
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
