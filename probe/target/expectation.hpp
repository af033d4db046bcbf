// What an answer or a file has to have in it.
#pragma once

#include "base/outcome.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace probe {

struct Target;

/// What came, as far as it was asked for: a final response of HTTP, a file.
struct Answer {
  /// The header's fields, in the order in which they came (RFC 9110, section 5); HTTP only.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool cut = false;                         ///< whether the body may go on
  std::string_view body_name = "the body";  ///< for messages
};

class Expectation {
 public:
  /// TEXT stands somewhere in the body.
  static Parsed<Expectation> body(std::string_view text);
  /// A line of the body matches a POSIX extended regular expression, as with `grep -E`.
  static Parsed<Expectation> regex(std::string_view expression);
  /// `POINTER=VALUE`: the body is JSON (RFC 8259), and what the pointer (RFC 6901) leads to is the
  /// string VALUE, or the number, `true`, `false` or `null` that VALUE is. VALUE in double quotes
  /// is a string and nothing else.
  static Parsed<Expectation> json(std::string_view text);
  /// `NAME=TEXT`: a header field of that name has TEXT in its value.
  static Parsed<Expectation> header(std::string_view text);

  bool reads_body() const { return kind_ != Kind::header; }
  bool reads_json() const { return kind_ == Kind::json; }

  /// What was wanted and what came instead, both shortened and without secrets; nothing if all is
  /// as it should be.
  std::optional<std::string> unmet(const Answer& answer, const Target& target) const;

 private:
  enum class Kind : std::uint8_t { body, regex, json, header };
  struct Regex;

  Expectation(Kind kind, std::string_view name, std::string_view value)
      : kind_(kind), name_(name), value_(value) {}

  bool matches(std::string body) const;
  std::optional<std::string> unmet_json(const Answer& answer, const Target& target) const;
  std::optional<std::string> unmet_header(const Answer& answer, const Target& target) const;

  Kind kind_;
  std::string name_;   ///< JSON pointer or field name
  std::string value_;  ///< text or expression
  std::shared_ptr<const Regex> regex_;
};

}  // namespace probe
