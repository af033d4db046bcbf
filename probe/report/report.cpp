#include "report/report.hpp"

#include "base/text.hpp"

namespace probe {
namespace {

constexpr std::string_view green = "\x1b[32m";
constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view plain = "\x1b[0m";

std::string describe(const Failure& failure) {
  const bool both = !failure.code.empty() && !failure.address.empty();
  const std::string source = cat(failure.code, both ? ", " : "", failure.address);
  return cat(name(failure.stage), ": ", failure.detail,
             source.empty() ? "" : cat(" (", source, ")"));
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += cat(",\"", name, "\":");
  append_json_string(out, text);
}

/// Milliseconds with three decimals.
std::string milliseconds(Duration time) {
  const auto us = time.count();
  const auto rest = us % 1000;
  return cat(us / 1000, '.', rest < 100 ? "0" : "", rest < 10 ? "0" : "", rest);
}

/// Valid UTF-8, cut to so many columns of a terminal. A character beyond ASCII is taken to be wide.
std::string fit(std::string_view text, std::size_t width) {
  std::size_t columns = 0;
  std::size_t cut = 0;  // where `…` would still fit
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) == 0x80) continue;
    if (columns < width) cut = i;
    columns += byte < 0x80 ? 1 : 2;
  }
  if (columns <= width) return std::string(text);
  return width == 0 ? "" : cat(text.substr(0, cut), "…");
}

}  // namespace

std::string format_text(const Result& result, bool colour) {
  const bool ready = result.outcome.has_value();
  std::string out = colour ? cat(ready ? green : red) : "";
  out += ready ? "ready" : "not ready";
  if (colour) out += plain;
  out += ready ? "      " : "  ";
  out += cat(result.target->name, "  ",
             ready ? result.outcome->detail : describe(result.outcome.error()), "  ",
             format_elapsed(result.elapsed));
  if (result.attempts > 1)
    out += cat("  (", result.attempts, " attempts, ", format_elapsed(result.total), ")");
  return out + "\n";
}

std::string format_json(const Result& result) {
  const bool ready = result.outcome.has_value();
  std::string out = "{\"target\":";
  append_json_string(out, result.target->name);
  out += ready ? ",\"ready\":true" : ",\"ready\":false";
  if (ready) {
    append_member(out, "detail", result.outcome->detail);
  } else {
    const Failure& failure = result.outcome.error();
    append_member(out, "stage", name(failure.stage));
    append_member(out, "reason", name(failure.reason));
    append_member(out, "detail", failure.detail);
    if (!failure.code.empty()) append_member(out, "code", failure.code);
    if (!failure.address.empty()) append_member(out, "address", failure.address);
  }
  out += cat(",\"attempts\":", result.attempts, ",\"elapsed_ms\":", milliseconds(result.elapsed),
             ",\"total_ms\":", milliseconds(result.total), "}\n");
  return out;
}

std::string format_waiting(Duration elapsed, std::span<const Target* const> waited_for,
                           std::size_t targets, std::size_t width) {
  const auto tenths = elapsed.count() / 100'000;
  const std::string time = cat(tenths / 10, '.', tenths % 10, "s ");
  const std::string of = targets > 1 ? cat(waited_for.size(), " of ", targets, ": ") : "";
  std::string out = cat("waiting ", time, "for ", of);
  constexpr std::size_t for_names = 16;  // with less, words make room
  if (out.size() + for_names > width) out = cat(time, of);
  for (const Target* target : waited_for) out += cat(target->name, ", ");
  out.resize(out.size() - 2);
  return fit(out, width);
}

}  // namespace probe
