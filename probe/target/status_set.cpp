#include "target/status_set.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace probe {
namespace {

int parse_status(std::string_view text) {
  const auto number = parse_number(text);
  return number && text.size() == 3 && *number >= 100 && *number <= 999 ? static_cast<int>(*number)
                                                                        : 0;
}

}  // namespace

Parsed<StatusSet::Range> StatusSet::parse_range(std::string_view text) {
  if (text.size() == 3 && equal_ignoring_case(text.substr(1), "xx") && text[0] >= '1' &&
      text[0] <= '9') {
    const int hundreds = (text[0] - '0') * 100;
    return Range{hundreds, hundreds + 99};
  }
  const std::size_t dash = text.find('-');
  const int first = parse_status(text.substr(0, dash));
  const int last = dash == std::string_view::npos ? first : parse_status(text.substr(dash + 1));
  if (first == 0 || last < first) {
    return usage_error(
        cat("\"", printable(text), "\" is not a status such as 200, 2xx or 200-299"));
  }
  return Range{first, last};
}

Parsed<StatusSet> StatusSet::parse(std::string_view text) {
  StatusSet set;
  set.ranges_.clear();
  set.text_ = text;
  while (true) {
    const std::size_t comma = text.find(',');
    auto range = parse_range(trim(text.substr(0, comma)));
    if (!range) return std::unexpected(range.error());
    set.ranges_.push_back(*range);
    if (comma == std::string_view::npos) return set;
    text.remove_prefix(comma + 1);
  }
}

bool StatusSet::contains(int status) const {
  return std::ranges::any_of(ranges_,
                             [status](Range r) { return status >= r.first && status <= r.last; });
}

}  // namespace probe
