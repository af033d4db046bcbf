// What the user reads of a result.
#pragma once

#include "run/runner.hpp"

#include <string>

namespace probe {

/// `ready      http://127.0.0.1:8080/health  200 OK  1.2ms`, with line end. `colour` marks the
/// first word by ANSI escapes.
std::string format_text(const Result& result, bool colour);

/// One JSON object (RFC 8259) on one line: target, ready, stage, reason, detail, code, attempts,
/// elapsed_ms (of the deciding attempt) and total_ms (of all). stage, reason and code are absent
/// where they say nothing.
std::string format_json(const Result& result);

/// The live line of a wait, in at most `width` columns: `waiting 12.3s for 2 of 3: http://a/,
/// tcp://b:1`.
std::string format_waiting(Duration elapsed, std::span<const Target* const> waited_for,
                           std::size_t targets, std::size_t width);

}  // namespace probe
