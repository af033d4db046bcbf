#include "base/clock.hpp"

#include "base/text.hpp"

#include <array>
#include <cstdint>

namespace probe {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t microseconds;
};
constexpr std::array units{Unit{"h", 3'600'000'000}, Unit{"m", 60'000'000}, Unit{"s", 1'000'000},
                           Unit{"ms", 1'000}};
constexpr std::int64_t ten_years = 315'360'000'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Reads `12` or `1.25` from the front of `text`, scaled by `unit`. Empty without a digit or when
/// too large.
std::optional<std::int64_t> scaled(std::string_view number, std::int64_t unit) {
  const std::size_t point = number.find('.');
  const auto whole = parse_number(number.substr(0, point));
  if (!whole || *whole > static_cast<std::uint64_t>(ten_years / unit)) return std::nullopt;
  std::int64_t value = static_cast<std::int64_t>(*whole) * unit;
  if (point == std::string_view::npos) return value;
  const std::string_view fraction = number.substr(point + 1);
  if (fraction.empty()) return std::nullopt;
  for (const char digit : fraction) {
    if (!is_digit(digit)) return std::nullopt;
    unit /= 10;
    value += (digit - '0') * unit;
  }
  return value;
}

std::string two_digits(std::int64_t value) {
  return cat(value < 10 ? "0" : "", value);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  const bool plain = text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (plain) {
    const auto seconds = scaled(text, 1'000'000);
    return seconds ? std::optional(Duration(*seconds)) : std::nullopt;
  }
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const std::size_t number = text.find_first_not_of("0123456789.");
    if (number == 0 || number == std::string_view::npos) return std::nullopt;
    std::size_t name = number;
    while (name < text.size() && !is_digit(text[name])) ++name;
    const std::string_view unit_name = text.substr(number, name - number);
    while (next_unit < units.size() && units[next_unit].name != unit_name) ++next_unit;
    if (next_unit == units.size()) return std::nullopt;
    const auto part = scaled(text.substr(0, number), units[next_unit].microseconds);
    if (!part || total > ten_years - *part) return std::nullopt;
    total += *part;
    ++next_unit;
    text.remove_prefix(name);
  }
  return Duration(total);
}

std::string format_elapsed(Duration time) {
  const std::int64_t us = time.count();
  if (us < 999'950) {
    const std::int64_t tenths = (us + 50) / 100;
    return cat(tenths / 10, '.', tenths % 10, "ms");
  }
  const std::int64_t hundredths = (us + 5'000) / 10'000;
  if (hundredths < 6'000) return cat(hundredths / 100, '.', two_digits(hundredths % 100), 's');
  const std::int64_t seconds = (us + 500'000) / 1'000'000;
  return cat(seconds / 60, 'm', two_digits(seconds % 60), 's');
}

std::string format_duration(Duration time) {
  const std::int64_t ms = (time.count() + 999) / 1'000;
  if (ms < 1'000 && ms != 0) return cat(ms, "ms");
  if (ms < 60'000) {
    const std::int64_t hundredths = ms % 1'000 / 10;
    std::string out = cat(ms / 1'000, '.', two_digits(hundredths));
    while (out.ends_with('0')) out.pop_back();
    if (out.ends_with('.')) out.pop_back();
    return out + 's';
  }
  const std::int64_t seconds = ms / 1'000;
  std::string out = seconds >= 3'600 ? cat(seconds / 3'600, 'h') : "";
  if (seconds % 3'600 / 60 != 0) out += cat(seconds % 3'600 / 60, 'm');
  if (seconds % 60 != 0) out += cat(seconds % 60, 's');
  return out;
}

}  // namespace probe
