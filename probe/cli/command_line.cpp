#include "cli/command_line.hpp"

#include "base/text.hpp"
#include "cli/targets.hpp"
#include "cli/words.hpp"

#include <algorithm>
#include <limits>

namespace probe {
namespace {

/// Options that cannot both be meant, and values that follow from others.
Parsed<void> settle(Options& options, Command command) {
  const CheckOptions& check = options.check;
  if (options.quiet && options.verbose) return usage_error("-q and -v contradict each other");
  if (options.quiet && options.output == Output::json)
    return usage_error("-q and -o json contradict each other");
  if (check.insecure && check.given.contains(CheckOption::cacert)) {
    return usage_error("-k and --cacert contradict each other");
  }
  if (check.given.contains(CheckOption::key) && !check.given.contains(CheckOption::cert)) {
    return usage_error("--key needs --cert");
  }
  if (options.max_interval && *options.max_interval < options.run.interval) {
    return usage_error(cat("-i ", format_duration(options.run.interval),
                           " is longer than --max-interval ",
                           format_duration(*options.max_interval)));
  }
  options.run.max_interval =
      options.max_interval.value_or(std::max(options.run.max_interval, options.run.interval));
  const bool waits = command == Command::wait;
  constexpr Duration wait_timeout = std::chrono::seconds(60);
  options.run.timeout = options.timeout.value_or(waits ? wait_timeout : options.run.timeout);
  if (options.run.timeout == Duration::zero() && !waits) {
    return usage_error("-t 0 is no deadline at all, which only probe wait can have");
  }
  constexpr unsigned unlimited = std::numeric_limits<unsigned>::max();
  // While waiting, the pause grows with the time that has passed, so that what comes early is
  // noticed early.
  constexpr unsigned patient = 10;
  if (waits) options.run.attempts_per_pause = patient;
  options.run.attempts = options.attempts.value_or(waits ? unlimited : options.run.successes);
  if (options.run.attempts < options.run.successes) {
    return usage_error(cat("--successes ", options.run.successes,
                           " cannot be reached in --attempts ", options.run.attempts));
  }
  return {};
}

/// `install [FILE|DIR]`, by default into the current folder.
Parsed<CommandLine> parse_install(std::span<char* const> words) {
  CommandLine line{
      .command = Command::install, .options = {}, .targets = {}, .destination = ".", .program = {}};
  if (words.empty()) return line;
  line.destination = words.front();
  if (line.destination == "-h" || line.destination == "--help") {
    line.command = Command::help;
    return line;
  }
  if (words.size() > 1) return usage_error("install takes one FILE or DIR");
  if (line.destination.empty()) return usage_error("install: an empty word is no FILE or DIR");
  if (line.destination.starts_with('-')) {
    return usage_error(cat("install takes no option ", printable(line.destination), "; write ./",
                           printable(line.destination), " for a file of that name"));
  }
  return line;
}

}  // namespace

Parsed<CommandLine> parse_command_line(std::span<char* const> arguments) {
  if (!arguments.empty() && std::string_view(arguments.front()) == "install")
    return parse_install(arguments.subspan(1));
  Words words(arguments);
  auto read = words.read();
  words.hide_secrets();
  if (read && words.checks()) read = words.add_environment();
  if (!read) return std::unexpected(read.error());
  CommandLine line{.command = words.command,
                   .options = std::move(words.options),
                   .targets = {},
                   .destination = {},
                   .program = words.program};
  if (!words.checks()) return line;
  if (auto settled = settle(line.options, line.command); !settled)
    return std::unexpected(settled.error());
  if (words.targets.empty()) {
    return usage_error(cat("no target; try probe ", line.command == Command::wait ? "wait " : "",
                           "http://localhost:8080/ or probe --help"));
  }
  auto targets = parse_targets(words.targets, line.options);
  if (!targets) return std::unexpected(targets.error());
  line.targets = *std::move(targets);
  return line;
}

}  // namespace probe
