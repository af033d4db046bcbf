#include "cli/words.hpp"

#include "base/text.hpp"
#include "cli/process.hpp"
#include "target/expand.hpp"
#include "target/redact.hpp"
#include "target/url.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

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
  while (*entry != nullptr && !std::string_view(*entry).starts_with("PROBE_")) ++entry;
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

}  // namespace

Words::Words(std::span<char* const> words) : words_(words) {
  if (words_.empty() || std::string_view(words_.front()) != "wait") return;
  command = Command::wait;
  next_ = 1;
}

Parsed<void> Words::read() {
  while (next_ < words_.size() && checks()) {
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
    } else {
      taken = text.starts_with("--") ? long_option(word) : short_options(word);
    }
    if (!taken) return taken;
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
  if (take_command(name)) {
    if (has_value) return usage_error(cat("--", name, " takes no value"));
    return {};
  }
  const OptionRow* row = find_option(name);
  if (row == nullptr) {
    return usage_error(
        cat("unknown option --", printable(name), suggestion(name, option_names(), "--")));
  }
  if (row->value.empty() && has_value) return usage_error(cat("--", name, " takes no value"));
  return take(*row, cat("--", name), has_value ? word + 2 + equals + 1 : nullptr);
}

/// `-qk`, `-t 5s`, `-t5s`.
Parsed<void> Words::short_options(char* word) {
  const std::string_view letters = std::string_view(word).substr(1);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == 'h' && take_command("help")) return {};
    if (letters[i] == 'V' && take_command("version")) return {};
    const OptionRow* row = find_option(letters[i]);
    if (row == nullptr)
      return usage_error(cat("unknown option -", printable(letters.substr(i, 1))));
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

bool Words::take_command(std::string_view name) {
  if (name == "help") command = Command::help;
  if (name == "version") command = Command::version;
  if (name == "licenses") command = Command::licenses;
  return !checks();
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
