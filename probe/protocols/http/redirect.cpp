#include "protocols/http/redirect.hpp"

#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/http/exchange.hpp"
#include "protocols/protocol.hpp"
#include "target/redact.hpp"

#include <algorithm>

namespace probe {
namespace {

constexpr auto npos = std::string_view::npos;

std::unexpected<Failure> failure(std::string detail) {
  return std::unexpected(Failure{Stage::response, Reason::not_ready, std::move(detail), ""});
}

/// Takes `.` and `..` out of a path (RFC 3986, section 5.2.4).
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    const bool up = segment == "/..";
    if (up) out.erase(std::min(out.rfind('/'), out.size()));
    if (!up && segment != "/.") out += segment;
    if ((up || segment == "/.") && path.empty()) out += '/';
  }
  return out;
}

/// Path and query of a reference without scheme and authority (RFC 3986, section 5.2.2).
std::string resolve(std::string_view base, std::string_view reference) {
  const std::string_view base_path = base.substr(0, base.find('?'));
  if (reference.empty()) return std::string(base);
  if (reference.starts_with('?')) return cat(base_path, reference);
  const std::size_t query = std::min(reference.find('?'), reference.size());
  const std::string_view folder =
      reference.starts_with('/') ? "" : base_path.substr(0, base_path.rfind('/') + 1);
  return cat(remove_dot_segments(cat(folder, reference.substr(0, query))), reference.substr(query));
}

/// Another path on the same server.
Target on_same_server(const Target& from, CheckOptions options, std::string_view reference) {
  Target target = from;
  target.options = std::move(options);
  const std::string path =
      percent_encode_request(resolve(data_of<HttpTarget>(from).path, reference));
  const std::size_t authority = target.name.find("://") + 3;
  const std::string shown = shown_name(cat("http://", path), target.options);
  target.name = cat(target.name.substr(0, target.name.find_first_of("/?", authority)),
                    shown.substr(std::string_view("http://").size()));
  target.data = std::make_shared<HttpTarget>(path);
  return target;
}

/// The request's content and method after a redirect.
void change_method(CheckOptions& options, int status) {
  const bool kept = options.method == "HEAD" || options.method == "GET" || status == 307 ||
                    status == 308 || (status != 303 && options.method != "POST");
  if (kept) return;
  options.method = "GET";
  options.data.reset();
}

bool same_server(const Target& a, const Target& b) {
  const Endpoint& one = a.endpoints.front();
  const Endpoint& other = b.endpoints.front();
  return a.protocol == b.protocol && equal_ignoring_case(one.host, other.host) &&
         one.port == other.port && one.socket == other.socket;
}

/// What the user gave stays concealed, should a server repeat it: any other, or this one in the
/// place to which it redirects, which then is the target's name.
void keep_secrets(CheckOptions& options, const Target& from) {
  for (const auto& [name, value] : options.headers) options.secrets.push_back(value);
  if (options.data) options.secrets.push_back(*options.data);
  if (from.password) options.secrets.push_back(*from.password);
}

/// The options without what the user gave for the server of the URL alone: header fields, content,
/// client certificate.
CheckOptions options_elsewhere(CheckOptions options) {
  options.headers.clear();
  options.data.reset();
  options.server_name.clear();
  options.cert.clear();
  options.key.clear();
  return options;
}

}  // namespace

std::expected<Target, Failure> redirected(const Target& from, int status,
                                          std::string_view location) {
  location = location.substr(0, location.find('#'));
  CheckOptions options = from.options;
  change_method(options, status);
  keep_secrets(options, from);
  const std::size_t colon = location.substr(0, location.find_first_of("/?")).find(':');
  if (colon == npos && !location.starts_with("//"))
    return on_same_server(from, std::move(options), location);
  std::string text(location);
  if (colon == npos) text = cat(from.protocol->tls == Tls::none ? "http:" : "https:", location);
  const auto scheme_end = static_cast<std::ptrdiff_t>(text.find(':'));
  std::transform(text.begin(), text.begin() + scheme_end, text.begin(), to_lower);
  const Protocol* protocol = find_protocol(text.substr(0, text.find(':')));
  const std::string shown = redact_word(conceal(text, from));
  if (protocol == nullptr || (protocol->scheme != "http" && protocol->scheme != "https"))
    return failure(cat("redirected to ", shown, ", which is not HTTP"));
  auto target = protocol->parse(*protocol, text, options_elsewhere(options));
  if (!target) return failure(cat("redirected to ", shown, ": ", target.error().text));
  if (same_server(from, *target)) {
    target->options = std::move(options);
    target->tls = from.tls;
    if (!target->user && !target->password) {
      target->user = from.user;
      target->password = from.password;
    }
  } else if (options.data) {
    return failure(cat("redirected to ", shown, ", another server, with the content for this one"));
  }
  return *std::move(target);
}

}  // namespace probe
