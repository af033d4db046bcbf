// http, https, http+unix.
#include "base/text.hpp"
#include "net/task.hpp"
#include "protocols/common.hpp"
#include "protocols/http/exchange.hpp"
#include "protocols/http/redirect.hpp"
#include "target/redact.hpp"

#include <optional>

namespace probe {

/// `http://[user[:password]@]host[:port][/path][?query]` (RFC 9110, section 4.2), or
/// `http+unix://SOCKET/path` with the socket's path percent-encoded.
Parsed<Target> parse_http(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  target->data = std::make_shared<HttpTarget>(percent_encode_request(
      cat(url->path.empty() ? "/" : url->path, url->query ? "?" : "", url->query.value_or(""))));
  // Should the server repeat them.
  if (target->user || target->password)
    target->options.secrets.push_back(basic_credentials(*target));
  const std::optional<std::string>& user = target->user;
  const std::optional<Secret>& password = target->password;
  if (user && (!password || password->empty())) target->options.secrets.emplace_back(*user);
  add_secret_parameters(url->query.value_or(""), target->options.secrets);
  if (target->options.data && !target->options.given.contains(CheckOption::method))
    target->options.method = "POST";
  if (auto secured = secure(*target, "http/1.1"); !secured) return std::unexpected(secured.error());
  return target;
}

/// Ready if the final response is complete and its status is in `--status`.
Task<Outcome> check_http(const Target& target, Attempt& attempt) {
  constexpr unsigned most_redirects = 5;
  std::optional<Target> elsewhere;
  for (unsigned redirects = 0; redirects <= most_redirects; ++redirects) {
    const Target& current = elsewhere ? *elsewhere : target;
    const auto exchange = std::make_shared<HttpExchange>(current);
    const auto conversed = co_await converse(current, exchange, attempt);
    if (!conversed) co_return std::unexpected(conversed.error());
    const auto location = exchange->redirect();
    if (!location) co_return judge(current, *exchange, attempt);
    auto next = redirected(current, exchange->status(), *location);
    if (!next) co_return std::unexpected(next.error());
    elsewhere = *std::move(next);
  }
  co_return std::unexpected(Failure{Stage::response, Reason::not_ready,
                                    cat("more than ", most_redirects, " redirects, the last to ",
                                        elsewhere ? elsewhere->name : ""),
                                    ""});
}

}  // namespace probe
