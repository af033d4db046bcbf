// tcp, unix: a connection is all there is to check.
#include "protocols/socket.hpp"

#include "base/text.hpp"
#include "net/connect.hpp"
#include "net/task.hpp"
#include "protocols/common.hpp"

namespace probe {

Parsed<Target> parse_socket(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (url->userinfo) {
    return usage_error(cat("a ", protocol.scheme, "://", " target takes no user or password"));
  }
  const bool path_expected = protocol.scheme == "unix";
  if (url->query || (!path_expected && !url->path.empty() && url->path != "/")) {
    return usage_error(cat("a ", protocol.scheme, ":// target takes no path or query"));
  }
  return parse_common(protocol, text, *url, std::move(options));
}

Task<Outcome> check_socket(const Target& target, Attempt& attempt) {
  const auto descriptor = co_await connect(target.endpoints.front(), attempt);
  if (!descriptor) co_return std::unexpected(descriptor.error());
  co_return Ready{"connected"};
}

}  // namespace probe
