// Which HTTP status codes are ready.
#pragma once

#include "base/outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// A set of HTTP status codes (RFC 9110, section 15), as ranges.
class StatusSet {
 public:
  /// 200 to 399.
  StatusSet() : ranges_{{200, 399}} {}

  /// Reads `200`, `2xx`, `200-299,404`.
  static Parsed<StatusSet> parse(std::string_view text);

  bool contains(int status) const;
  /// As it was typed.
  const std::string& text() const { return text_; }

 private:
  struct Range {
    int first;
    int last;
  };
  static Parsed<Range> parse_range(std::string_view text);

  std::vector<Range> ranges_;
  std::string text_ = "200-399";
};

}  // namespace probe
