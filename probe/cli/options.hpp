// The options: one table for the command line, for a target's fragment, for `--help` and for "did
// you mean".
#pragma once

#include "base/outcome.hpp"
#include "run/runner.hpp"
#include "target/target.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace probe {

struct OptionRow;

enum class Output : std::uint8_t { text, json };

/// Everything that the command line says.
struct Options {
  RunOptions run;
  CheckOptions check;
  std::optional<unsigned> attempts;
  std::optional<Duration> timeout;
  std::optional<Duration> attempt_timeout;
  std::optional<Duration> max_interval;
  /// The options of the command line and how they were typed (`-k`, `--insecure`), for complaints.
  std::vector<std::pair<const OptionRow*, std::string>> typed;
  bool quiet = false;
  bool verbose = false;
  Output output = Output::text;
};

/// The parts of `--help`.
enum class OptionGroup : std::uint8_t { run, output, http, databases, tls };

struct OptionRow {
  char letter;             ///< '\0' if there is no short form
  std::string_view name;   ///< without the dashes
  std::string_view value;  ///< what stands for the value in `--help`; empty for a switch
  std::string_view help;
  OptionGroup group;
  /// The option of a check, which a target can also have in its fragment; empty for those of the
  /// run.
  std::optional<CheckOption> check;
  /// Takes the value (empty for a switch); the error is about the value only.
  Parsed<void> (*set)(Options& options, std::string_view value);
};

std::span<const OptionRow> option_rows();

/// Gives an option its value, which has been expanded. The complaint shows nothing of a secret in
/// it, not even a part.
Parsed<void> set_option(const OptionRow& row, Options& options, const std::string& value);

const OptionRow* find_option(std::string_view name);
const OptionRow* find_option(char letter);

/// The long names, with their dashes, for suggestions.
std::vector<std::string_view> option_names();

}  // namespace probe
