// tcp, unix: a connection is all there is to check.
#include "base/text.hpp"
#include "net/connect.hpp"
#include "net/task.hpp"
#include "protocols/common.hpp"

namespace probe {

/// `tcp://host:port` or `unix:///path`.
Parsed<Target> parse_socket(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (url->userinfo) {
    return usage_error(cat("a ", protocol.scheme, "://", " target takes no user or password"));
  }
  if (auto plain = check_no_path(protocol, *url); !plain) return std::unexpected(plain.error());
  return parse_common(protocol, text, *url, std::move(options));
}

/// Ready if a connection is accepted.
Task<Outcome> check_socket(const Target& target, Attempt& attempt) {
  const auto descriptor = co_await connect(target.endpoints.front(), attempt);
  if (!descriptor) co_return std::unexpected(descriptor.error());
  co_return Ready{"connected"};
}

}  // namespace probe
