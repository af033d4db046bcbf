#include "cli/targets.hpp"

#include "base/text.hpp"
#include "protocols/protocol.hpp"

#include <algorithm>

namespace probe {
namespace {

std::unexpected<UsageError> error(std::string text) {
  return std::unexpected(UsageError{std::move(text)});
}

std::vector<std::string_view> schemes() {
  std::vector<std::string_view> names;
  for (const Protocol& protocol : protocols()) names.push_back(protocol.scheme);
  return names;
}

Parsed<const Protocol*> protocol_of(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) {
    return error("it is not a URL such as http://localhost:8080/ or tcp://localhost:5432");
  }
  const std::string_view scheme = text.substr(0, scheme_end);
  const Protocol* protocol = find_protocol(scheme);
  if (protocol == nullptr) {
    return error(cat("unknown scheme \"", printable(scheme), '"', suggestion(scheme, schemes())));
  }
  return protocol;
}

/// Options after `#`: `status=204&header=Accept:%20text/plain`.
Parsed<void> apply_fragment(std::string_view fragment, const Protocol& protocol, Options& options) {
  while (!fragment.empty()) {
    const std::string_view item = fragment.substr(0, fragment.find('&'));
    fragment.remove_prefix(std::min(item.size() + 1, fragment.size()));
    const std::size_t equals = item.find('=');
    const std::string_view name = item.substr(0, equals);
    const OptionRow* row = find_option(name);
    if (row == nullptr || !row->check) {
      return error(cat("\"", printable(name), "\" in its fragment is not an option of a target",
                       suggestion(name, option_names())));
    }
    if (!protocol.options.contains(*row->check)) {
      return error(cat("a ", protocol.scheme, " target cannot use \"", name, "\" in its fragment"));
    }
    const bool has_value = equals != std::string_view::npos;
    const auto value = percent_decode(has_value ? item.substr(equals + 1) : "");
    if (!value || has_value == row->value.empty()) {
      return error(cat("\"", name, "\" in its fragment ",
                       row->value.empty() ? "takes no value" : "needs a value"));
    }
    auto taken = row->set(options, *value);
    if (!taken) return error(cat(name, ": ", taken.error().text));
    options.check.given.insert(*row->check);
  }
  return {};
}

/// Where the fragment starts; in a database's URI a `#` may stand unencoded in the password.
std::size_t fragment_start(std::string_view text) {
  const std::size_t authority_end = text.rfind('@');
  return text.find('#', authority_end == std::string_view::npos ? 0 : authority_end);
}

Parsed<Target> parse_target(std::string_view word, Options options) {
  const std::string text =
      word.starts_with(':') ? cat("http://localhost", word) : std::string(word);
  auto protocol = protocol_of(text);
  if (!protocol) return std::unexpected(protocol.error());
  const std::size_t fragment = fragment_start(text);
  if (fragment != std::string::npos) {
    auto applied = apply_fragment(std::string_view(text).substr(fragment + 1), **protocol, options);
    if (!applied) return std::unexpected(applied.error());
  }
  return (*protocol)->parse(**protocol, std::string_view(text).substr(0, fragment),
                            std::move(options.check));
}

Parsed<void> check_use(const Options& options, std::span<const Target> targets) {
  for (const OptionRow& row : option_rows()) {
    if (!row.check || !options.check.given.contains(*row.check)) continue;
    const bool used = std::ranges::any_of(targets, [&](const Target& target) {
      return target.protocol->options.contains(*row.check);
    });
    if (!used) return error(cat("--", row.name, ": no target given can use it"));
  }
  return {};
}

}  // namespace

Parsed<std::vector<Target>> parse_targets(std::span<const std::string_view> texts,
                                          const Options& options) {
  std::vector<Target> targets;
  for (const std::string_view text : texts) {
    auto target = parse_target(text, options);
    if (!target) return error(cat(redact_url(text), ": ", target.error().text));
    targets.push_back(*std::move(target));
  }
  if (auto used = check_use(options, targets); !used) return std::unexpected(used.error());
  return targets;
}

}  // namespace probe
