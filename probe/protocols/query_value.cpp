#include "protocols/query_value.hpp"

#include "base/text.hpp"

namespace probe {

bool is_true(std::string_view value) {
  return value.find('0') == std::string_view::npos ||
         value.find_first_not_of("+-0.") != std::string_view::npos;
}

Failure unwanted(const std::optional<std::string>& value, const Target& target) {
  const std::string got = value ? cat('"', excerpt(*value, target, 60), '"') : "NULL";
  return {Stage::expect, Reason::not_ready, cat("wanted a true value of the query, got ", got), ""};
}

Failure missing_row(std::string_view got) {
  return {Stage::expect, Reason::not_ready, cat("wanted a row of the query, got ", got), ""};
}

}  // namespace probe
