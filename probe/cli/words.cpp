#include "cli/words.hpp"

#include "base/text.hpp"
#include "cli/habits.hpp"
#include "cli/process.hpp"
#include "target/expand.hpp"
#include "target/redact.hpp"
#include "target/url.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace probe {
namespace {

/// `PROBE_MAX_INTERVAL` of `max-interval`.
std::string variable_of(std::string_view option) {
  std::string name = cat("PROBE_", option);
  std::ranges::transform(name, name.begin(), [](char c) {
    if (c == '-') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

/// Whether any of our variables is set: mostly none is, and then there is nothing to look up.
bool has_variables() {
  char** entry = environ;
  while (*entry != nullptr && std::strncmp(*entry, "PROBE_", 6) != 0) ++entry;
  return *entry != nullptr;
}

std::optional<bool> parse_switch(std::string_view text) {
  constexpr std::array<std::string_view, 4> on{"1", "true", "yes", "on"};
  constexpr std::array<std::string_view, 4> off{"0", "false", "no", "off"};
  const auto is = [text](std::string_view word) { return equal_ignoring_case(text, word); };
  if (std::ranges::any_of(on, is)) return true;
  if (std::ranges::any_of(off, is)) return false;
  return std::nullopt;
}

/// Pairs of options of which only one can be meant.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> opposites{
    {{"quiet", "verbose"}, {"quiet", "output"}, {"insecure", "cacert"}}};

/// `--help` and the like: a health check that shows them would always be healthy, so they stand
/// alone.
std::optional<Command> find_command(std::string_view name) {
  if (name == "help") return Command::help;
  if (name == "version") return Command::version;
  if (name == "licenses") return Command::licenses;
  return std::nullopt;
}

}  // namespace

Words::Words(std::span<char* const> words) : words_(words) {
  if (words_.empty() || std::string_view(words_.front()) != "wait") return;
  command = Command::wait;
  next_ = 1;
}

Parsed<void> Words::read() {
  while (next_ < words_.size()) {
    char* word = words_[next_++];
    const std::string_view text = word;
    Parsed<void> taken;
    if (literal_ || text == "-" || !text.starts_with('-')) {
      add_target(word);
    } else if (text == "--" && command == Command::wait) {
      if (next_ == words_.size()) return usage_error("there is no command after --");
      program = {words_.data() + next_, words_.size() - next_ + 1};
      return {};
    } else if (text == "--") {
      literal_ = true;
      before_dashes_ = targets.size();
    } else {
      taken = text.starts_with("--") ? long_option(word) : short_options(word);
    }
    if (!taken) return taken;
  }
  return {};
}

Parsed<void> Words::check_targets() const {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string& word = targets[i];
    if (word.empty() || word.starts_with(':') || word.find("://") != std::string::npos ||
        word.find("${") != std::string::npos)
      continue;
    const std::string advice = word_advice(word, i + 1 < targets.size() ? targets[i + 1] : "");
    const std::string shown = redact_word(word);
    // A path is more often a command's than a file to check.
    const bool path = word.starts_with('/') && !word.starts_with("//");
    if (!advice.empty() && !path) return usage_error(cat(shown, ": it is not a URL", advice));
    if (command == Command::wait && i > 0 && program.empty())
      return usage_error(cat(shown, ": it is not a URL; a command goes after --"));
    if (before_dashes_ > 0 && i >= before_dashes_)
      return usage_error(cat(shown, ": it is not a URL; a command needs probe wait"));
    if (!advice.empty()) return usage_error(cat(shown, ": it is not a URL", advice));
  }
  return {};
}

void Words::add_target(char* word) {
  targets.emplace_back(word);
  std::string shown = redact_word(word);
  if (shown != word) hidden_.push_back({word, std::move(shown)});
}

Parsed<void> Words::long_option(char* word) {
  const std::string_view text = std::string_view(word).substr(2);
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const bool has_value = equals != std::string_view::npos;
  const OptionRow* row = find_option(name);
  if (row == nullptr && find_command(name)) {
    if (has_value) return usage_error(cat("--", name, " takes no value"));
    return take_command(name, cat("--", name), true);
  }
  if (row == nullptr) return unknown_option(cat("--", name));
  if (row->value.empty() && has_value) return usage_error(cat("--", name, " takes no value"));
  return take(*row, cat("--", name), has_value ? word + 2 + equals + 1 : nullptr);
}

/// `-qk`, `-t 5s`, `-t5s`.
Parsed<void> Words::short_options(char* word) {
  const std::string_view letters = std::string_view(word).substr(1);
  // As Go's tools have them.
  const std::string whole = cat('-', letters.substr(0, letters.find('=')));
  if (whole.size() > 2 && !option_advice(whole).empty()) return unknown_option(whole);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'h') return take_command("help", "-h", letters.size() == 1);
    if (letters[i] == 'V') return take_command("version", "-V", letters.size() == 1);
    const OptionRow* row = find_option(letters[i]);
    if (row == nullptr) return unknown_option(cat('-', letters.substr(i, 1)));
    const bool attached = !row->value.empty() && i + 1 < letters.size();
    if (i == 0 && find_option(letters.substr(0, letters.find('='))) != nullptr) {
      return usage_error(
          cat("unknown option -", printable(letters), "; did you mean --", letters, "?"));
    }
    auto taken = take(*row, cat('-', letters[i]), attached ? word + 1 + i + 1 : nullptr);
    if (!taken || attached) return taken;
  }
  return {};
}

Parsed<void> Words::take_command(std::string_view name, std::string_view shown, bool alone) {
  if (!alone || words_.size() != (command == Command::wait ? 2 : 1)) {
    const std::string url = host_and_port_as_url(words_);
    return usage_error(cat(shown, " takes no other arguments", url.empty() ? "" : "; write ", url));
  }
  command = find_command(name).value_or(command);
  return {};
}

std::unexpected<UsageError> Words::unknown_option(const std::string& shown) const {
  constexpr std::array<std::string_view, 3> of_a_host{"-p", "--port", "--host"};
  const bool place = std::ranges::find(of_a_host, shown) != of_a_host.end();
  const std::string url = place ? host_and_port_as_url(words_) : "";
  std::string advice = url.empty() ? option_advice(shown) : cat("; write ", url);
  if (advice.empty() && shown.starts_with("--"))
    advice = suggestion(shown.substr(2), option_names(), "--");
  return usage_error(cat("unknown option ", printable(shown), advice));
}

/// Takes an option of the command line; `value` is null if it is not in the same word.
// NOLINTNEXTLINE(readability-non-const-parameter): it may be overwritten later
Parsed<void> Words::take(const OptionRow& row, const std::string& shown, char* value) {
  if (!row.value.empty() && value == nullptr) {
    if (next_ == words_.size()) return usage_error(cat(shown, " needs a value (", row.value, ")"));
    value = words_[next_++];
  }
  options.typed.emplace_back(&row, shown);
  if (value == nullptr) return set(row, shown, "");
  const std::string copy = value;
  if (row.check == CheckOption::data) hidden_.push_back({value, "***"});
  if (row.check == CheckOption::header)
    hidden_.push_back({value, cat(copy.substr(0, copy.find(':')), ": ***")});
  return set(row, shown, copy);
}

Parsed<void> Words::set(const OptionRow& row, const std::string& shown, std::string_view value) {
  const auto expanded = expand(value, options.check.secrets);
  const auto taken =
      expanded ? set_option(row, options, *expanded) : std::unexpected(expanded.error());
  if (!taken) return usage_error(cat(shown, ": ", taken.error().text));
  if (row.check) options.check.given.insert(*row.check);
  return {};
}

bool Words::overruled(const OptionRow& row) const {
  return std::ranges::any_of(options.typed, [&](const auto& typed) {
    const std::string_view name = typed.first->name;
    return name == row.name || std::ranges::any_of(opposites, [&](const auto& pair) {
             return (pair.first == name && pair.second == row.name) ||
                    (pair.second == name && pair.first == row.name);
           });
  });
}

Parsed<void> Words::add_environment() {
  if (!has_variables()) return {};
  for (const OptionRow& row : option_rows()) {
    const std::string variable = variable_of(row.name);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0' || overruled(row)) continue;
    if (row.value.empty()) {
      const auto on = parse_switch(value);
      if (!on)
        return usage_error(cat(variable, ": \"", printable(value), "\" is neither true nor false"));
      if (!*on) continue;
    }
    if (auto taken = set(row, variable, value); !taken) return taken;
  }
  const char* list = std::getenv("PROBE_TARGETS");
  if (!targets.empty() || list == nullptr) return {};
  constexpr std::string_view white = " \t\r\n";
  std::string_view rest = list;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(white), rest.size()));
    if (rest.empty()) return {};
    const std::string_view word = rest.substr(0, rest.find_first_of(white));
    targets.emplace_back(word);
    rest.remove_prefix(word.size());
  }
}

void Words::hide_secrets() {
  for (const Hidden& hidden : hidden_) overwrite_argument(hidden.text, hidden.shown);
  hidden_.clear();
}

}  // namespace probe
