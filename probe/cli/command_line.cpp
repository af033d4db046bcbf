#include "cli/command_line.hpp"

#include "base/text.hpp"
#include "cli/targets.hpp"

#include <algorithm>
#include <limits>

namespace probe {
namespace {

std::unexpected<UsageError> error(std::string text) {
  return std::unexpected(UsageError{std::move(text)});
}

/// The words of the command line, sorted into options and targets.
class Words {
 public:
  explicit Words(std::span<char* const> words) : words_(words) {
    if (words_.empty() || std::string_view(words_.front()) != "wait") return;
    command = Command::wait;
    next_ = 1;
  }

  Parsed<void> read() {
    while (next_ < words_.size() && checks()) {
      const std::string_view word = words_[next_++];
      Parsed<void> taken;
      if (literal_ || word == "-" || !word.starts_with('-')) {
        targets.push_back(word);
      } else if (word == "--" && command == Command::wait) {
        if (next_ == words_.size()) return error("there is no command after --");
        program = {words_.data() + next_, words_.size() - next_ + 1};
        return {};
      } else if (word == "--") {
        literal_ = true;
      } else {
        taken =
            word.starts_with("--") ? long_option(word.substr(2)) : short_options(word.substr(1));
      }
      if (!taken) return taken;
    }
    return {};
  }

  bool checks() const { return command == Command::check || command == Command::wait; }

  Command command = Command::check;
  Options options;
  std::vector<std::string_view> targets;
  std::span<char* const> program;

 private:
  Parsed<void> long_option(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const bool has_value = equals != std::string_view::npos;
    if (take_command(name)) {
      if (has_value) return error(cat("--", name, " takes no value"));
      return {};
    }
    const OptionRow* row = find_option(name);
    if (row == nullptr) {
      return error(
          cat("unknown option --", printable(name), suggestion(name, option_names(), "--")));
    }
    if (row->value.empty() && has_value) return error(cat("--", name, " takes no value"));
    return set(*row, cat("--", name),
               has_value ? std::optional(word.substr(equals + 1)) : std::nullopt);
  }

  /// `-qk`, `-t 5s`, `-t5s`.
  Parsed<void> short_options(std::string_view letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (letters[i] == 'h' && take_command("help")) return {};
      if (letters[i] == 'V' && take_command("version")) return {};
      const OptionRow* row = find_option(letters[i]);
      if (row == nullptr) return error(cat("unknown option -", printable(letters.substr(i, 1))));
      const std::string_view rest = letters.substr(i + 1);
      const bool attached = !row->value.empty() && !rest.empty();
      if (i == 0 && find_option(letters.substr(0, letters.find('='))) != nullptr) {
        return error(
            cat("unknown option -", printable(letters), "; did you mean --", letters, "?"));
      }
      auto taken = set(*row, cat('-', letters[i]), attached ? std::optional(rest) : std::nullopt);
      if (!taken || attached) return taken;
    }
    return {};
  }

  bool take_command(std::string_view name) {
    if (name == "help") command = Command::help;
    if (name == "version") command = Command::version;
    if (name == "licenses") command = Command::licenses;
    return !checks();
  }

  Parsed<void> set(const OptionRow& row, const std::string& shown,
                   std::optional<std::string_view> value) {
    if (!row.value.empty() && !value) {
      if (next_ == words_.size()) return error(cat(shown, " needs a value (", row.value, ")"));
      value = words_[next_++];
    }
    auto taken = row.set(options, value.value_or(""));
    if (!taken) return error(cat(shown, ": ", taken.error().text));
    if (row.check) {
      options.check.given.insert(*row.check);
      options.typed.emplace_back(*row.check, shown);
    }
    return {};
  }

  std::span<char* const> words_;
  std::size_t next_ = 0;
  bool literal_ = false;
};

/// Options that cannot both be meant, and values that follow from others.
Parsed<void> settle(Options& options, Command command) {
  const CheckOptions& check = options.check;
  if (options.quiet && options.verbose) return error("-q and -v contradict each other");
  if (options.quiet && options.output == Output::json)
    return error("-q and -o json contradict each other");
  if (check.insecure && check.given.contains(CheckOption::cacert)) {
    return error("-k and --cacert contradict each other");
  }
  if (check.given.contains(CheckOption::key) && !check.given.contains(CheckOption::cert)) {
    return error("--key needs --cert");
  }
  if (options.max_interval && *options.max_interval < options.run.interval) {
    return error(cat("-i ", format_duration(options.run.interval),
                     " is longer than --max-interval ", format_duration(*options.max_interval)));
  }
  options.run.max_interval =
      options.max_interval.value_or(std::max(options.run.max_interval, options.run.interval));
  const bool waits = command == Command::wait;
  constexpr Duration wait_timeout = std::chrono::seconds(60);
  options.run.timeout = options.timeout.value_or(waits ? wait_timeout : options.run.timeout);
  if (options.run.timeout == Duration::zero() && !waits) {
    return error("-t 0 is no deadline at all, which only probe wait can have");
  }
  constexpr unsigned unlimited = std::numeric_limits<unsigned>::max();
  // While waiting, the pause grows with the time that has passed, so that what comes early is
  // noticed early.
  constexpr unsigned patient = 10;
  if (waits) options.run.attempts_per_pause = patient;
  options.run.attempts = options.attempts.value_or(waits ? unlimited : options.run.successes);
  if (options.run.attempts < options.run.successes) {
    return error(cat("--successes ", options.run.successes, " cannot be reached in --attempts ",
                     options.run.attempts));
  }
  return {};
}

/// `install [FILE|DIR]`, by default into the current folder.
Parsed<CommandLine> parse_install(std::span<char* const> words) {
  CommandLine line{
      .command = Command::install, .options = {}, .targets = {}, .destination = ".", .program = {}};
  if (words.size() > 1) return error("install takes one FILE or DIR");
  if (words.empty()) return line;
  line.destination = words.front();
  if (line.destination.empty()) return error("install: an empty word is no FILE or DIR");
  if (line.destination.starts_with('-')) {
    return error(cat("install takes no option ", printable(line.destination), "; write ./",
                     printable(line.destination), " for a file of that name"));
  }
  return line;
}

}  // namespace

Parsed<CommandLine> parse_command_line(std::span<char* const> arguments) {
  if (!arguments.empty() && std::string_view(arguments.front()) == "install")
    return parse_install(arguments.subspan(1));
  Words words(arguments);
  if (auto read = words.read(); !read) return std::unexpected(read.error());
  CommandLine line{.command = words.command,
                   .options = std::move(words.options),
                   .targets = {},
                   .destination = {},
                   .program = words.program};
  if (!words.checks()) return line;
  if (auto settled = settle(line.options, line.command); !settled)
    return std::unexpected(settled.error());
  if (words.targets.empty()) {
    return error(cat("no target; try probe ", line.command == Command::wait ? "wait " : "",
                     "http://localhost:8080/ or probe --help"));
  }
  auto targets = parse_targets(words.targets, line.options);
  if (!targets) return std::unexpected(targets.error());
  line.targets = *std::move(targets);
  return line;
}

}  // namespace probe
