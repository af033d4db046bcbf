#include "cli/targets.hpp"

#include "base/text.hpp"
#include "cli/habits.hpp"
#include "protocols/protocol.hpp"
#include "target/expand.hpp"
#include "target/redact.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

std::vector<std::string_view> schemes() {
  std::vector<std::string_view> names;
  for (const Protocol& protocol : protocols()) names.push_back(protocol.scheme);
  return names;
}

Parsed<const Protocol*> protocol_of(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (text.empty()) return usage_error("an empty argument is not a target; is a variable unset?");
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || scheme.find('=') != std::string_view::npos) {
    const std::string advice = word_advice(text);
    return usage_error(
        cat("it is not a URL",
            advice.empty() ? " such as http://localhost:8080/ or tcp://localhost:5432" : advice));
  }
  const Protocol* protocol = find_protocol(scheme);
  if (protocol == nullptr) {
    // What has an `@` behind it and is no scheme may be a part of a password.
    if (!is_scheme(scheme) && text.find('@') != std::string_view::npos)
      return usage_error("unknown scheme");
    std::string known = suggestion(scheme, schemes());
    if (known.empty()) {
      for (const std::string_view one : schemes())
        known += cat(known.empty() ? "; there are " : ", ", one);
    }
    return usage_error(cat("unknown scheme \"", printable(scheme), '"', known));
  }
  return protocol;
}

/// The row of an option in a fragment, which `protocol` can use.
Parsed<const OptionRow*> fragment_option(std::string_view name, const Protocol& protocol) {
  const OptionRow* row = find_option(name);
  if (row == nullptr) {
    return usage_error(cat("\"", printable(name), "\" in its fragment is not an option of a target",
                           suggestion(name, option_names())));
  }
  if (!row->check) {
    return usage_error(
        cat("\"", name, "\" in its fragment is an option of the whole run, not of a target"));
  }
  if (!protocol.options.contains(row->check.value())) {
    return usage_error(cat(protocol.title.starts_with("an ") ? "an " : "a ", protocol.scheme,
                           " target cannot use \"", name, "\" in its fragment"));
  }
  return row;
}

/// Options after `#`: `status=204&header=Accept:%20text/plain`.
Parsed<void> apply_fragment(std::string_view fragment, const Protocol& protocol, Options& options) {
  while (!fragment.empty()) {
    const std::string_view item = fragment.substr(0, fragment.find('&'));
    fragment.remove_prefix(std::min(item.size() + 1, fragment.size()));
    const std::size_t equals = item.find('=');
    const std::string_view name = item.substr(0, equals);
    const auto row = fragment_option(name, protocol);
    if (!row) return std::unexpected(row.error());
    const bool has_value = equals != std::string_view::npos;
    const bool wants_value = !(*row)->value.empty();
    if (has_value != wants_value) {
      return usage_error(
          cat("\"", name, "\" in its fragment ", wants_value ? "needs a value" : "takes no value"));
    }
    const auto value = percent_decode(has_value ? item.substr(equals + 1) : "");
    if (!value)
      return usage_error(
          cat("\"", name, "\" in its fragment is not percent-encoded as it should be"));
    if (auto taken = set_option(**row, options, *value); !taken)
      return usage_error(cat(name, ": ", taken.error().text));
    if (const auto& option = (*row)->check) options.check.given.insert(*option);
  }
  return {};
}

/// A fragment that is no option, behind a secret in the query, may be that secret's end.
Parsed<void> check_fragment(std::string_view url, std::string_view fragment) {
  const std::string_view name = fragment.substr(0, fragment.find_first_of("=&"));
  if (fragment.empty() || find_option(name) != nullptr) return {};
  std::vector<Secret> secrets;
  add_secret_parameters(url.substr(std::min(url.find('?'), url.size() - 1) + 1), secrets);
  if (secrets.empty()) return {};
  return usage_error("a \"#\" in a parameter is written as %23");
}

/// Whether a word is `:8080/path`, short for a URL.
bool is_short_form(std::string_view word) {
  return word.starts_with(':') && !word.starts_with("://") &&
         word.substr(0, word.find('/')).find('@') == std::string_view::npos;
}

/// Several hosts or targets in one word, which only Postgres can have.
Parsed<void> check_single(std::string_view text) {
  std::string_view rest = text.substr(text.find("://") + 3);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const std::size_t next = rest.find("://");
  if (next != std::string_view::npos && rest.substr(0, next).find(',') != std::string_view::npos)
    return usage_error("targets are separated by spaces, not commas");
  std::string_view host = rest.substr(0, rest.find('/'));
  host.remove_prefix(host.rfind('@') + 1);
  if (host.find(',') == std::string_view::npos) return {};
  return usage_error(cat("\"", printable(host),
                         "\" is not a host name or address; a target has one host, so write one "
                         "target for each"));
}

/// Of expectations that all targets share, some are not for this protocol.
void keep_usable(const Protocol& protocol, std::vector<Expectation>& expectations) {
  std::erase_if(expectations, [&](const Expectation& one) {
    CheckOption option = one.reads_body() ? CheckOption::expect_text : CheckOption::expect_header;
    if (one.reads_json()) option = CheckOption::expect_json;
    return !protocol.options.contains(option);
  });
}

std::string complete(std::string_view word) {
  return cat(is_short_form(word) ? "http://localhost" : "", word);
}

/// Reads a TARGET that has been expanded.
Parsed<Target> parse_target(std::string text, Options options) {
  // RFC 3986, section 3.1: schemes are the same in any case.
  const std::size_t scheme_end = std::min(text.find("://"), text.size());
  std::ranges::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(scheme_end),
                         text.begin(), to_lower);
  if (scheme_end < text.size()) {
    if (auto checked = check_at_signs(text); !checked) return std::unexpected(checked.error());
  }
  auto protocol = protocol_of(text);
  if (!protocol) return std::unexpected(protocol.error());
  if (!(*protocol)->scheme.starts_with("postgres")) {
    if (auto checked = check_single(text); !checked) return std::unexpected(checked.error());
  }
  const std::size_t fragment = text.find('#', scheme_end);
  const std::string_view url = std::string_view(text).substr(0, fragment);
  if (fragment != std::string::npos) {
    const std::string_view settings = std::string_view(text).substr(fragment + 1);
    auto applied = check_fragment(url, settings);
    if (applied) applied = apply_fragment(settings, **protocol, options);
    if (!applied) return std::unexpected(applied.error());
  }
  keep_usable(**protocol, options.check.expectations);
  return (*protocol)->parse(**protocol, url, std::move(options.check));
}

/// What is wrong with an expanded target, whose name is the whole complaint's beginning. Nothing of
/// a secret in it is shown, not even a part: where there is one, the complaint is about `***`.
UsageError complaint(const std::string& text, const Options& options, std::string_view said) {
  const std::string shown = conceal(text, options.check.secrets);
  if (shown == text) return {cat(redact_word(text), ": ", said)};
  const auto again = parse_target(complete(shown), options);
  const bool tells = !again && shown != "***";
  return {cat(redact_word(shown), ": ",
              tells ? again.error().text : "what the file holds is not valid here")};
}

/// Expands and reads a TARGET.
Parsed<Target> read_target(const std::string& word, Options options) {
  const std::string whole = complete(word);
  auto expanded = expand_target(whole, options.check.secrets);
  if (!expanded) return usage_error(cat(redact_word(word), ": ", expanded.error().text));
  auto target = parse_target(complete(*expanded), options);
  if (target) return target;
  const std::string typed = expanded->substr(whole.size() - word.size());
  return std::unexpected(complaint(typed, options, target.error().text));
}

/// Whether a target has a use for an option; a redirect may lead it to TLS.
bool uses(const Target& target, CheckOption option) {
  const CheckOptionSet& usable = target.protocol->options;
  const bool redirects = target.options.location && usable.contains(CheckOption::location);
  return usable.contains(option) || (redirects && find_protocol("https")->options.contains(option));
}

/// What a Postgres URL has instead of a TLS option.
std::string advice(const OptionRow& row, std::span<const Target> targets) {
  constexpr std::array<std::pair<CheckOption, std::string_view>, 4> parameters{
      {{CheckOption::insecure, "?sslmode=require"},
       {CheckOption::cacert, "?sslrootcert=FILE"},
       {CheckOption::cert, "?sslcert=FILE"},
       {CheckOption::key, "?sslkey=FILE"}}};
  const bool postgres = std::ranges::any_of(targets, [](const Target& target) {
    return target.protocol->scheme.starts_with("postgres");
  });
  const auto* found =
      std::ranges::find(parameters, row.check, &std::pair<CheckOption, std::string_view>::first);
  return !postgres || found == parameters.end() ? "" : cat("; a Postgres URL has ", found->second);
}

Parsed<void> check_use(const Options& options, std::span<const Target> targets) {
  for (const auto& [row, shown] : options.typed) {
    if (!row->check) continue;
    const bool used = std::ranges::any_of(
        targets, [option = *row->check](const Target& target) { return uses(target, option); });
    if (!used)
      return usage_error(cat(shown, ": no target given can use it", advice(*row, targets)));
  }
  return {};
}

}  // namespace

Parsed<std::vector<Target>> parse_targets(std::span<const std::string> words,
                                          const Options& options) {
  std::vector<Target> targets;
  // A password with a space in it makes two words, of which none is to be shown.
  const auto is_rest = [](std::string_view word) {
    return word.find("://") == word.npos && word.find('@') != word.npos && !is_short_form(word);
  };
  if (words.size() > 1 && std::ranges::any_of(words, is_rest))
    return usage_error("…: it is not a URL; a space in a user or password is written as %20");
  for (const std::string& word : words) {
    auto target = read_target(word, options);
    if (!target) return std::unexpected(target.error());
    targets.push_back(*std::move(target));
  }
  if (auto used = check_use(options, targets); !used) return std::unexpected(used.error());
  return targets;
}

}  // namespace probe
