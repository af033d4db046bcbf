// grpc, grpcs, grpc+unix: gRPC's health checking protocol (doc/health-checking.md of gRPC).
#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/grpc/answer.hpp"
#include "protocols/grpc/exchange.hpp"

#include <algorithm>
#include <array>

namespace probe {
namespace {

/// The service's name: the path, or `?service=` beside the path of a socket.
Parsed<std::string> parse_service(const Protocol& protocol, const Url& url) {
  const bool socket = protocol.socket != SocketPath::none;
  const std::string_view place = socket ? ":///run/app.sock?service=NAME" : "://host/NAME";
  std::string_view query = url.query.value_or("");
  std::string_view encoded = socket || url.path.empty() ? "" : url.path.substr(1);
  while (!query.empty()) {
    const QueryParameter parameter(query);
    if (!socket || parameter.name != "service")
      return usage_error(cat("it cannot use \"?", printable(parameter.name, 60),
                             "\": a service is written as ", protocol.scheme, place));
    encoded = parameter.value.value_or("");
  }
  auto service = percent_decode(encoded);
  if (!service) return usage_error("its service is not percent-encoded as it should be");
  constexpr std::size_t longest = 1000;
  if (service->size() > longest)
    return usage_error(
        cat("its service has ", service->size(), " bytes; ", longest, " are possible"));
  if (service->find('/') != std::string::npos)
    return usage_error(cat("\"", printable(*service, 100), "\" is not a service: it is written as ",
                           protocol.scheme, place, ", without a method"));
  return *std::move(service);
}

/// Metadata is what may be added to a call, in one frame.
Parsed<void> check_metadata(const CheckOptions& options) {
  constexpr std::array<std::string_view, 8> others{
      "te",      "content-type",      "content-length",   "connection",
      "upgrade", "transfer-encoding", "proxy-connection", "keep-alive"};
  constexpr std::size_t longest = 15'000;
  std::size_t size = 0;
  for (const auto& [name, value] : options.headers) {
    const bool other = std::ranges::any_of(
        others, [&](std::string_view one) { return equal_ignoring_case(one, name); });
    if (other || equal_ignoring_case(std::string_view(name).substr(0, 5), "grpc-"))
      return usage_error(cat("-H: \"", printable(name), "\" cannot be set in a call of gRPC"));
    size += name.size() + value.reveal().size() + 10;
  }
  if (size > longest) return usage_error(cat("-H: more than ", longest, " bytes"));
  return {};
}

}  // namespace

/// `grpc://host[:port][/service]`, or `grpc+unix:///run/app.sock[?service=NAME]`.
Parsed<Target> parse_grpc(const Protocol& protocol, std::string_view text, CheckOptions options) {
  const auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (url->userinfo)
    return usage_error(cat("a ", protocol.scheme, "://",
                           " target takes no user or password: use -H "
                           "\"Authorization: ...\""));
  auto service = parse_service(protocol, *url);
  if (!service) return std::unexpected(service.error());
  if (auto checked = check_metadata(options); !checked) return std::unexpected(checked.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  target->data = std::make_shared<GrpcTarget>(*std::move(service));
  if (auto secured = secure(*target, "h2"); !secured) return std::unexpected(secured.error());
  return target;
}

std::unique_ptr<Exchange> make_grpc(const Target& target) {
  return std::make_unique<GrpcExchange>(target);
}

}  // namespace probe
