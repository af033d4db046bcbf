#include "protocols/common.hpp"

#include "base/text.hpp"
#include "net/tls.hpp"
#include "target/redact.hpp"

#include <sys/un.h>

#include <algorithm>

namespace probe {
namespace {

/// `http+unix://%2Frun%2Fapp.sock/path`, where the path is the protocol's own; else
/// `unix:///run/app.sock`.
Parsed<std::string> parse_socket_path(const Protocol& protocol, const std::string& host,
                                      std::string_view path) {
  if (protocol.socket == SocketPath::in_host) {
    if (!host.starts_with('/'))
      return usage_error(cat("percent-encode the path of the socket, before the path of the URL: ",
                             protocol.scheme, "://%2Frun%2Fapp.sock/"));
    return socket_path(host);
  }
  const auto decoded = percent_decode(path);
  if (!decoded) return usage_error("its path is not percent-encoded as it should be");
  if (host.starts_with('/') && decoded->empty()) return socket_path(host);
  if (!host.empty())
    return usage_error(
        cat("a socket's path has three slashes: ", protocol.scheme, ":///run/app.sock"));
  return socket_path(*decoded);
}

/// `redis:///run/redis.sock` has the scheme of a host in place of that of a socket.
std::string no_host(const Protocol& protocol, std::string_view path) {
  const Protocol* socket = path.find(".sock") == std::string_view::npos
                               ? nullptr
                               : find_protocol(cat(protocol.scheme, "+unix"));
  if (socket == nullptr) return "it names no host";
  const bool in_host = socket->socket == SocketPath::in_host;
  return cat("it names no host; a Unix socket is ", socket->scheme,
             in_host ? "://%2Frun%2Fapp.sock/" : ":///run/app.sock");
}

Parsed<Endpoint> parse_endpoint(const Protocol& protocol, const Url& url) {
  const auto host = percent_decode(url.host);
  if (!host)
    return usage_error(cat("\"", printable(url.host), "\" is not percent-encoded as it should be"));
  Endpoint endpoint;
  if (protocol.socket != SocketPath::none) {
    auto socket = parse_socket_path(protocol, *host, url.path);
    if (!socket) return std::unexpected(socket.error());
    endpoint.socket = *std::move(socket);
    return endpoint;
  }
  if (host->empty()) return usage_error(no_host(protocol, url.path));
  endpoint.host = *host;
  endpoint.port = protocol.default_port;
  // RFC 3986, section 3.2.3: an empty port is the default one.
  if (url.port && !url.port->empty()) {
    const auto port = parse_port(*url.port);
    if (!port) return std::unexpected(port.error());
    endpoint.port = *port;
  }
  if (endpoint.port == 0)
    return usage_error(cat("it names no port, as in ", protocol.scheme, "://", *host, ":8080"));
  return endpoint;
}

Parsed<void> parse_credentials(std::string_view userinfo, Target& target) {
  const std::size_t colon = userinfo.find(':');
  const auto user = percent_decode(userinfo.substr(0, colon));
  const auto password = colon == std::string_view::npos
                            ? std::optional("")
                            : percent_decode(userinfo.substr(colon + 1));
  if (!user || !password)
    return usage_error("its user or password is not percent-encoded as it should be");
  if (!user->empty()) target.user = *user;
  if (colon != std::string_view::npos)
    target.password = shared_secret(*password, target.options.secrets);
  return {};
}

}  // namespace

std::string authority(const Target& target, std::uint16_t default_port) {
  const Endpoint& endpoint = target.endpoints.front();
  if (!endpoint.socket.empty()) return "localhost";
  // A zone ("fe80::1%eth0") means something on this machine only (RFC 6874, section 4).
  const std::string_view host = std::string_view(endpoint.host).substr(0, endpoint.host.find('%'));
  const bool literal = host.find(':') != std::string_view::npos;
  std::string out = literal ? cat('[', host, ']') : std::string(host);
  if (endpoint.port != default_port) out += cat(':', endpoint.port);
  return out;
}

bool sets_header(const CheckOptions& options, std::string_view name) {
  return std::ranges::any_of(options.headers,
                             [&](const auto& h) { return equal_ignoring_case(h.first, name); });
}

std::string shown_name(std::string_view url, const CheckOptions& options) {
  constexpr std::size_t longest = 400;
  return excerpt(redact_url(url), options.secrets, longest);
}

Failure wrong_role(std::string_view wanted, std::string_view got) {
  return {Stage::expect, Reason::not_ready, cat("wanted a ", wanted, ", got a ", got), ""};
}

Parsed<std::string> socket_path(std::string path) {
  if (path.empty()) return usage_error("it names no socket, as in unix:///run/app.sock");
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return usage_error(cat("the socket's path has ", path.size(), " bytes; ",
                           sizeof(sockaddr_un::sun_path) - 1, " are possible"));
  }
  return path;
}

Parsed<Target> parse_common(const Protocol& protocol, std::string_view text, const Url& url,
                            CheckOptions options) {
  Target target;
  target.protocol = &protocol;
  target.options = std::move(options);
  target.name = shown_name(text, target.options);
  auto endpoint = parse_endpoint(protocol, url);
  if (!endpoint) return std::unexpected(endpoint.error());
  target.endpoints.push_back(*std::move(endpoint));
  if (url.userinfo) {
    if (auto parsed = parse_credentials(*url.userinfo, target); !parsed)
      return std::unexpected(parsed.error());
  }
  return target;
}

Parsed<void> check_no_path(const Protocol& protocol, const Url& url) {
  const bool path = protocol.socket != SocketPath::in_path && !url.path.empty() && url.path != "/";
  if (!path && !url.query) return {};
  return usage_error(cat("a ", protocol.scheme, ":// target takes no path or query"));
}

Parsed<void> secure(Target& target, std::string_view alpn) {
  if (target.protocol->tls == Tls::none) return {};
  auto context = make_tls_context(target.options, target.endpoints.front().host, alpn);
  if (!context) return std::unexpected(context.error());
  target.tls = *std::move(context);
  return {};
}

}  // namespace probe
