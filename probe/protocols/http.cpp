// http, https, http+unix.
#include "protocols/http.hpp"

#include "base/text.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"
#include "protocols/common.hpp"
#include "protocols/http_exchange.hpp"

#include <array>

namespace probe {

Parsed<Target> parse_http(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  target->path = percent_encode_request(
      cat(url->path.empty() ? "/" : url->path, url->query ? "?" : "", url->query.value_or("")));
  if (auto secured = secure(*target, "http/1.1"); !secured) return std::unexpected(secured.error());
  return target;
}

asio::awaitable<Outcome> check_http(const Target& target, Attempt& attempt) {
  auto stream = co_await open_stream(target, attempt);
  if (!stream) co_return std::unexpected(stream.error());
  attempt.waiting(Stage::request, "request not taken");
  const Secret request = http_request(target);
  const auto sent = co_await (*stream)->write_all(request.reveal(), Stage::request);
  attempt.note(Stage::request, cat(target.options.method, " ", target.name));
  HttpExchange exchange(target);
  std::array<char, 4096> buffer{};
  while (true) {
    attempt.waiting(Stage::response, exchange.missing());
    const auto size = co_await (*stream)->read_some(buffer, Stage::response);
    // A server may refuse before it has read the request: its answer tells more than our broken
    // pipe.
    if (!size) co_return std::unexpected(sent ? size.error() : sent.error());
    if (*size == 0) {
      if (auto finished = exchange.finish(); !finished) co_return std::unexpected(finished.error());
      break;
    }
    const auto complete = exchange.feed({buffer.data(), *size});
    if (!complete) co_return std::unexpected(complete.error());
    if (*complete) break;
  }
  co_return exchange.outcome();
}

}  // namespace probe
