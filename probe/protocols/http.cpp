// http, https, http+unix.
#include "protocols/http.hpp"

#include "base/text.hpp"
#include "base/watchdog.hpp"
#include "net/stream.hpp"
#include "net/task.hpp"
#include "net/tls.hpp"
#include "protocols/common.hpp"
#include "protocols/http_exchange.hpp"
#include "protocols/http_redirect.hpp"
#include "target/redact.hpp"

#include <array>
#include <optional>

namespace probe {

namespace {

constexpr unsigned most_redirects = 5;

/// One request and its answer.
Task<std::expected<void, Failure>> exchange_once(const Target& target, HttpExchange& exchange,
                                                 Attempt& attempt) {
  auto stream = co_await open_stream(target, attempt);
  if (!stream) co_return std::unexpected(stream.error());
  attempt.waiting(Stage::request, "request not taken");
  std::expected<void, Failure> sent;
  {
    const Secret request = http_request(target);
    if (target.password || !target.options.headers.empty() || target.options.data) wipe_stack();
    sent = co_await (*stream)->write_all(request.reveal(), Stage::request);
  }
  if (!sent && sent.error().reason == Reason::local) co_return std::unexpected(sent.error());
  attempt.note(Stage::request, cat(target.options.method, " ", target.name));
  std::array<char, 4096> buffer{};
  while (true) {
    attempt.waiting(Stage::response, exchange.missing());
    const auto size = co_await (*stream)->read_some(buffer, Stage::response);
    // A server may refuse before it has read the request: its answer tells more than our broken
    // pipe.
    if (!size) co_return std::unexpected(sent ? size.error() : sent.error());
    if (*size == 0) co_return exchange.finish((*stream)->truncated());
    const auto complete = exchange.feed({buffer.data(), *size});
    if (!complete) co_return std::unexpected(complete.error());
    if (*complete) co_return std::expected<void, Failure>();
  }
}

/// Judges the answer. What is expected of it may take long to look for.
Outcome judge(const Target& target, const HttpExchange& exchange, Attempt& attempt) {
  if (target.options.expectations.empty()) return exchange.outcome();
  attempt.waiting(Stage::expect, "body not searched");
  start_watchdog();
  Outcome outcome = exchange.outcome();
  if (!outcome && overdue()) return std::unexpected(attempt.timed_out());
  return outcome;
}

}  // namespace

Parsed<Target> parse_http(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  target->path = percent_encode_request(
      cat(url->path.empty() ? "/" : url->path, url->query ? "?" : "", url->query.value_or("")));
  // Should the server repeat them.
  if (target->password) target->options.secrets.push_back(basic_credentials(*target));
  add_secret_parameters(url->query.value_or(""), target->options.secrets);
  if (target->options.data && !target->options.given.contains(CheckOption::method))
    target->options.method = "POST";
  if (auto secured = secure(*target, "http/1.1"); !secured) return std::unexpected(secured.error());
  return target;
}

Task<Outcome> check_http(const Target& target, Attempt& attempt) {
  std::optional<Target> elsewhere;
  for (unsigned redirects = 0; redirects <= most_redirects; ++redirects) {
    const Target& current = elsewhere ? *elsewhere : target;
    HttpExchange exchange(current);
    const auto exchanged = co_await exchange_once(current, exchange, attempt);
    if (!exchanged) co_return std::unexpected(exchanged.error());
    const auto location = exchange.redirect();
    if (!location) co_return judge(current, exchange, attempt);
    auto next = redirected(current, exchange.status(), *location);
    if (!next) co_return std::unexpected(next.error());
    elsewhere = *std::move(next);
  }
  co_return std::unexpected(Failure{Stage::response, Reason::not_ready,
                                    cat("more than ", most_redirects, " redirects, the last to ",
                                        elsewhere ? elsewhere->name : ""),
                                    ""});
}

}  // namespace probe
