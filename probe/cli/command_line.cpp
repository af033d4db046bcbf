#include "cli/command_line.hpp"

#include "base/text.hpp"
#include "cli/targets.hpp"
#include "cli/words.hpp"

#include <algorithm>
#include <limits>

namespace probe {
namespace {

/// How an option was typed; empty if it was not. What a variable says is for every run, and so
/// claims nothing about this one.
std::string_view typed(const Options& options, std::string_view name) {
  const auto found = std::ranges::find_if(
      options.typed, [name](const auto& one) { return one.first->name == name; });
  return found == options.typed.end() ? "" : std::string_view(found->second);
}

/// `-i`, if that or `--max-interval` was typed.
std::string_view typed_pause(const Options& options) {
  const std::string_view first = typed(options, "interval");
  return first.empty() ? typed(options, "max-interval") : first;
}

/// How many attempts there are, and when they end: each option given is honoured, or a mistake.
Parsed<void> settle_time(Options& options, bool waits) {
  RunOptions& run = options.run;
  constexpr unsigned unlimited = std::numeric_limits<unsigned>::max();
  constexpr Duration wait_timeout = std::chrono::seconds(60);
  const std::string_view pause = typed_pause(options);
  const bool until_deadline = waits || (!pause.empty() && options.timeout);
  run.attempts = options.attempts.value_or(until_deadline ? unlimited : run.successes);
  if (run.attempts < run.successes) {
    return usage_error(
        cat("--successes ", run.successes, " cannot be reached in --attempts ", run.attempts));
  }
  if (!pause.empty() && run.attempts == 1) {
    return usage_error(cat(pause,
                           " is a pause between attempts, and there is one: add -n for how "
                           "many, or -t for how long to try"));
  }
  if (options.timeout == Duration::zero() && !waits) {
    return usage_error("-t 0 means no deadline, which only probe wait can have");
  }
  // Without a deadline, so many attempts end by themselves.
  run.timeout = options.timeout.value_or(waits && !options.attempts ? wait_timeout : Duration());
  run.attempt_timeout = options.attempt_timeout.value_or(
      std::max(run.attempt_timeout, options.timeout.value_or(Duration()) / run.attempts));
  run.timeout_name = options.timeout || waits ? "-t " : "";
  run.attempt_timeout_name = "--attempt-timeout ";
  if (run.timeout == Duration::zero()) {
    if (run.attempts > 1) return {};
    run.timeout = run.attempt_timeout;
    if (options.attempt_timeout) run.timeout_name = run.attempt_timeout_name;
    return {};
  }
  if (!typed(options, "attempt-timeout").empty() && run.attempt_timeout > run.timeout) {
    return usage_error(cat("--attempt-timeout ", format_duration(run.attempt_timeout),
                           " is longer than -t ", format_duration(run.timeout)));
  }
  if (!typed(options, "interval").empty() && run.interval >= run.timeout) {
    return usage_error(cat(pause, ' ', format_duration(run.interval),
                           " leaves no time for a second attempt before -t ",
                           format_duration(run.timeout)));
  }
  return {};
}

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
  // While waiting, the pause grows with the time that has passed, so that what comes early is
  // noticed early.
  constexpr unsigned patient = 10;
  const bool waits = command == Command::wait;
  if (waits) options.run.attempts_per_pause = patient;
  return settle_time(options, waits);
}

/// `install [FILE|DIR]`, by default into the current folder.
Parsed<CommandLine> parse_install(std::span<char* const> words) {
  CommandLine line{
      .command = Command::install, .options = {}, .targets = {}, .destination = ".", .program = {}};
  if (words.empty()) return line;
  line.destination = words.front();
  if (words.size() == 1 && (line.destination == "-h" || line.destination == "--help")) {
    line.command = Command::help;
    return line;
  }
  if (words.size() > 1) return usage_error("install takes one FILE or DIR");
  if (line.destination.empty())
    return usage_error("install: an empty argument is not a FILE or DIR");
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
  if (auto checked = words.check_targets(); !checked) return std::unexpected(checked.error());
  auto targets = parse_targets(words.targets, line.options);
  if (!targets) return std::unexpected(targets.error());
  line.targets = *std::move(targets);
  return line;
}

}  // namespace probe
