#include "cli/options.hpp"

#include "base/file.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace probe {
namespace {

using Set = Parsed<void>;
using View = std::string_view;

Set set_duration(Duration& field, std::string_view value, bool zero_allowed = false) {
  const auto duration = parse_duration(value);
  if (!duration)
    return usage_error(
        cat("\"", printable(value), "\" is not a duration such as 500ms, 3s or 1m30s"));
  if (*duration == Duration::zero() && !zero_allowed) return usage_error("it must be more than 0");
  field = *duration;
  return {};
}

/// The same for a default that depends on other options.
Set set_duration(std::optional<Duration>& field, std::string_view value, bool zero_allowed = true) {
  Duration duration{};
  if (auto taken = set_duration(duration, value, zero_allowed); !taken) return taken;
  field = duration;
  return {};
}

template <class Field>
Set set_count(Field& field, std::string_view value) {
  constexpr unsigned most = std::numeric_limits<int>::max();
  const auto number = parse_number(value);
  if (!number || *number == 0 || *number > most) {
    return usage_error(cat("\"", printable(value), "\" is not a whole number from 1 to ", most));
  }
  field = static_cast<unsigned>(*number);
  return {};
}

/// A file that must be there now; what is in it is judged where it is used.
Set set_file(std::string& field, std::string_view value) {
  field = value;
  if (is_special_file(field))
    return usage_error(cat("\"", printable(value), "\" is not a regular file"));
  const int fd = ::open(field.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return usage_error(cat("cannot read \"", printable(value), "\": ", std::strerror(errno)));
  ::close(fd);
  return {};
}

/// A token of RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

Set set_method(Options& options, std::string_view value) {
  if (!is_token(value)) return usage_error(cat("\"", printable(value), "\" is not an HTTP method"));
  options.check.method = value;
  return {};
}

Set set_header(Options& options, std::string_view value) {
  const std::size_t colon = value.find(':');
  const std::string_view name = value.substr(0, colon);
  if (value.find_first_of("\r\n") != std::string_view::npos) {
    return usage_error(cat("the header \"", printable(name.substr(0, name.find_first_of("\r\n"))),
                           "\" has a line break in it"));
  }
  if (colon == std::string_view::npos) return usage_error("a header is written as \"Name: value\"");
  // What follows a space may be a value, and secret.
  const std::string shown = printable(name.substr(0, name.find(' ')));
  if (!is_token(name))
    return usage_error(cat('"', shown, R"(" does not begin a header "Name: value")"));
  std::string text(value.substr(colon + 1));
  std::ranges::replace(text, '\t', ' ');
  if (has_control_character(text)) {
    return usage_error(cat("the header \"", shown, "\" has a control character in it"));
  }
  if (equal_ignoring_case(name, "Content-Length") ||
      equal_ignoring_case(name, "Transfer-Encoding")) {
    return usage_error(cat("\"", printable(name), "\" is set by probe itself"));
  }
  options.check.headers.emplace_back(name, Secret(trim(text)));
  return {};
}

Set set_status(Options& options, std::string_view value) {
  auto status = StatusSet::parse(value);
  if (!status) return std::unexpected(status.error());
  options.check.status = *std::move(status);
  return {};
}

Set set_output(Options& options, std::string_view value) {
  if (value != "text" && value != "json")
    return usage_error(
        cat("\"", printable(value), "\" is neither text nor json",
            value.find('/') == View::npos ? "" : "; leave it out, a body is not shown"));
  options.output = value == "json" ? Output::json : Output::text;
  return {};
}

Set set_server_name(Options& options, std::string_view value) {
  if (value.empty() || value.find_first_of(" /:") != std::string_view::npos ||
      has_control_character(value)) {
    return usage_error(cat("\"", printable(value), "\" is not a host name"));
  }
  options.check.server_name = value;
  return {};
}

/// As in curl: `@FILE` stands for a file without its line ends, and several are joined by `&`.
Set set_data(Options& options, std::string_view value) {
  std::string text(value);
  if (value.starts_with('@')) {
    const std::string path(value.substr(1));
    constexpr std::size_t limit = std::size_t{1024} * 1024;
    auto contents = read_file(path, limit);
    if (!contents)
      return usage_error(cat("cannot read \"", printable(path), "\": ", contents.error()));
    text = *std::move(contents);
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  }
  auto& data = options.check.data;
  data = Secret(data ? cat(data->reveal(), "&", text) : std::move(text));
  return {};
}

template <Parsed<Expectation> (*parse)(std::string_view)>
Set add_expectation(Options& options, std::string_view value) {
  auto expectation = parse(value);
  if (!expectation) return std::unexpected(expectation.error());
  options.check.expectations.push_back(*std::move(expectation));
  return {};
}

Set set_query(Options& options, std::string_view value) {
  if (trim(value).empty()) return usage_error("the query is empty");
  options.check.query = value;
  return {};
}

Set set_role(Options& options, std::string_view value) {
  constexpr std::array<View, 4> names{"primary", "master", "standby", "replica"};
  const auto* name = std::ranges::find(names, value);
  if (name == names.end())
    return usage_error(
        cat("\"", printable(value), "\" is not one of primary, master, standby, replica"));
  options.check.role = name - names.begin() < 2 ? Role::primary : Role::standby;
  options.check.role_name = *name;
  return {};
}

using enum OptionGroup;
using enum CheckOption;
constexpr auto of_run = std::nullopt;

constexpr std::array rows{
    OptionRow{'t', "timeout", "DUR", "the run's deadline [3s; wait: 60s; -n: none]",
              OptionGroup::run, of_run,
              [](Options& o, View v) { return set_duration(o.timeout, v); }},
    OptionRow{'\0', "attempt-timeout", "DUR", "one attempt's bound [-t / -n, at least 3s]",
              OptionGroup::run, of_run,
              [](Options& o, View v) { return set_duration(o.attempt_timeout, v, false); }},
    OptionRow{'n', "attempts", "N", "attempts at most [1; wait, -i with -t: any]", OptionGroup::run,
              of_run, [](Options& o, View v) { return set_count(o.attempts, v); }},
    OptionRow{'i', "interval", "DUR", "first pause; it doubles each time [50ms]", OptionGroup::run,
              of_run, [](Options& o, View v) { return set_duration(o.run.interval, v, true); }},
    OptionRow{'\0', "max-interval", "DUR", "the longest pause [1s]", OptionGroup::run, of_run,
              [](Options& o, View v) { return set_duration(o.max_interval, v); }},
    OptionRow{'\0', "successes", "N", "require N consecutive successes [1]", OptionGroup::run,
              of_run, [](Options& o, View v) { return set_count(o.run.successes, v); }},
    OptionRow{'\0', "fail-fast", "", "stop at once on what no retry mends", OptionGroup::run,
              of_run, [](Options& o, View) { return o.run.fail_fast = true, Set(); }},
    OptionRow{'\0', "not", "", "ready when refused, unreachable, not there", OptionGroup::run,
              inverted, [](Options& o, View) { return o.check.inverted = true, Set(); }},
    OptionRow{'q', "quiet", "", "print nothing, only set the exit status", OptionGroup::output,
              of_run, [](Options& o, View) { return o.quiet = true, Set(); }},
    OptionRow{'v', "verbose", "", "each phase and attempt, on standard error", OptionGroup::output,
              of_run, [](Options& o, View) { return o.verbose = true, Set(); }},
    OptionRow{'o', "output", "text|json", "json: an object per target and line [text]",
              OptionGroup::output, of_run, set_output},
    OptionRow{'\0', "status", "LIST", "statuses that are ready, as 2xx,404 [200-399]", http, status,
              set_status},
    OptionRow{'X', "method", "METHOD", "the request's method [GET]", http, method, set_method},
    OptionRow{'H', "header", "\"NAME: VALUE\"", "add or replace; an empty value removes it", http,
              header, set_header},
    OptionRow{'\0', "data", "TEXT|@FILE", "send this; in HTTP, as a POST", http, data, set_data},
    OptionRow{'L', "location", "", "follow up to 5 redirects", http, location,
              [](Options& o, View) { return o.check.location = true, Set(); }},
    OptionRow{'\0', "expect-body", "TEXT", "the body, answer or file contains TEXT", http,
              expect_text, add_expectation<Expectation::body>},
    OptionRow{'\0', "expect-regex", "ERE", "a line of it matches, as with grep -E", http,
              expect_text, add_expectation<Expectation::regex>},
    OptionRow{'\0', "expect-json", "POINTER=VALUE", "it is JSON with this value: /status=ok", http,
              expect_json, add_expectation<Expectation::json>},
    OptionRow{'\0', "expect-header", "NAME=TEXT", "this header contains TEXT", http, expect_header,
              add_expectation<Expectation::header>},
    OptionRow{'\0', "max-age", "DUR", "a file was modified in the last DUR", http, max_age,
              [](Options& o, View v) { return set_duration(o.check.max_age, v, false); }},
    OptionRow{'\0', "query", "SQL", "its first value is not NULL, false or 0", databases, query,
              set_query},
    OptionRow{'\0', "role", "primary|standby", "what the server has to be", databases, role,
              set_role},
    OptionRow{'k', "insecure", "", "do not verify the server's certificate", tls, insecure,
              [](Options& o, View) { return o.check.insecure = true, Set(); }},
    OptionRow{'\0', "cacert", "FILE", "trust only the authorities in it (PEM)", tls, cacert,
              [](Options& o, View v) { return set_file(o.check.cacert, v); }},
    OptionRow{'\0', "cert", "FILE", "client certificate (PEM)", tls, cert,
              [](Options& o, View v) { return set_file(o.check.cert, v); }},
    OptionRow{'\0', "key", "FILE", "its private key (PEM), if in another file", tls, key,
              [](Options& o, View v) { return set_file(o.check.key, v); }},
    OptionRow{'\0', "server-name", "NAME", "ask for and verify this name, not the URL's", tls,
              server_name, set_server_name},
    OptionRow{'\0', "cert-days", "N", "the certificate has to hold for N more days", tls, cert_days,
              [](Options& o, View v) { return set_count(o.check.cert_days, v); }},
};

}  // namespace

std::span<const OptionRow> option_rows() {
  return rows;
}

Parsed<void> set_option(const OptionRow& row, Options& options, const std::string& value) {
  auto taken = row.set(options, value);
  const std::string shown = conceal(value, options.check.secrets);
  if (taken || shown == value) return taken;
  taken = row.set(options, shown);
  return taken ? usage_error("what the file holds is not valid here") : taken;
}

const OptionRow* find_option(std::string_view name) {
  const auto* found = std::ranges::find(rows, name, &OptionRow::name);
  return found == rows.end() ? nullptr : found;
}

const OptionRow* find_option(char letter) {
  const auto* found = std::ranges::find(rows, letter, &OptionRow::letter);
  return letter == '\0' || found == rows.end() ? nullptr : found;
}

std::vector<std::string_view> option_names() {
  std::vector<std::string_view> names{"help", "version", "licenses"};
  for (const OptionRow& row : rows) names.push_back(row.name);
  return names;
}

}  // namespace probe
