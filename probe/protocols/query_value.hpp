// What the first value of a query's answer means, whatever the database.
#pragma once

#include "target/target.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// Whether a value in text is no zero of any kind (`0`, `0.00`).
bool is_true(std::string_view value);

/// What is said of a value that means no; nothing: NULL.
Failure unwanted(const std::optional<std::string>& value, const Target& target);

/// What is said where there is no row, but `got`.
Failure missing_row(std::string_view got);

}  // namespace probe
