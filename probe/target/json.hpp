// One value out of a JSON document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// The reference tokens of a JSON pointer, unescaped (RFC 6901, sections 3 and 4); nothing if it is
/// not one.
std::optional<std::vector<std::string>> parse_json_pointer(std::string_view pointer);

struct JsonValue {
  enum class Kind : std::uint8_t { absent, string, number, literal, object, array };
  Kind kind = Kind::absent;
  std::string text;  ///< of a string without its quotes and escapes; of a number as it is written
};

/// What a pointer leads to in `document`, which must be JSON (RFC 8259) as a whole and not deeper
/// than 64 levels: nothing otherwise. Of members with the same name the last counts. Numbers are
/// within a double's range; that strings are valid UTF-8 is not checked.
std::optional<JsonValue> find_json(std::string_view document,
                                   const std::vector<std::string>& pointer);

}  // namespace probe
