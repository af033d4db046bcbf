// MQTT 3.1.1 (OASIS Standard): CONNECT, CONNACK, DISCONNECT.
#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/exchange.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace probe {
namespace {

constexpr std::size_t longest_text = 65535;  // section 1.5.3

void put(std::string& out, std::string_view text) {
  put_big_endian(out, text.size(), 2);
  out += text;
}

/// A packet's "remaining length": its size, and its own size, which is 0 while it is not whole and
/// 5 if there is none (section 2.2.3).
std::pair<std::size_t, std::size_t> remaining_length(std::string_view bytes) {
  constexpr std::size_t most = 4;
  std::size_t value = 0;
  for (std::size_t i = 0; i < most; ++i) {
    if (i == bytes.size()) return {0, 0};
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<std::size_t>(byte & 0x7fU) << (7 * i);
    if (byte < 0x80) return {value, i + 1};
  }
  return {0, most + 1};
}

/// What the codes of a CONNACK mean: those of 3.1.1 (section 3.2.2.3), then those of a server that
/// answers by MQTT 5 (its section 3.2.2.2).
std::string_view meaning(unsigned code) {
  constexpr std::array<std::pair<std::uint8_t, std::string_view>, 15> known{{
      {0x01, "unacceptable protocol version"},
      {0x02, "client identifier rejected"},
      {0x03, "server unavailable"},
      {0x04, "bad user name or password"},
      {0x05, "not authorized"},
      {0x84, "unsupported protocol version"},
      {0x85, "client identifier not valid"},
      {0x86, "bad user name or password"},
      {0x87, "not authorized"},
      {0x88, "server unavailable"},
      {0x89, "server busy"},
      {0x8a, "banned"},
      {0x97, "quota exceeded"},
      {0x9c, "use another server"},
      {0x9f, "connection rate exceeded"},
  }};
  const auto* found = std::ranges::find(known, code, [](const auto& row) { return row.first; });
  return found == known.end() ? "connection refused" : found->second;
}

class MqttExchange final : public Exchange {
 public:
  using Exchange::Exchange;

  Step begin() override {
    expect(Stage::login, "no CONNACK");
    constexpr unsigned clean_session = 0x02;
    constexpr unsigned has_password = 0x40;
    constexpr unsigned has_user = 0x80;
    std::string body("\0\4MQTT\4", 7);
    body += static_cast<char>(clean_session | (target_.user ? has_user : 0U) |
                              (target_.password ? has_password : 0U));
    body.append("\0\x0a", 2);  // keep alive, in seconds
    put(body, data_of<std::string>(target_));
    if (target_.user) put(body, *target_.user);
    if (target_.password) put(body, target_.password->reveal());
    std::string packet = "\x10";
    for (std::size_t size = body.size(); size != 0; size >>= 7U)
      packet += static_cast<char>((size & 0x7fU) | (size > 0x7f ? 0x80U : 0U));
    send(cat(packet, body));
    return Next::read;
  }

 private:
  std::size_t frame(std::string_view bytes) const override {
    constexpr std::size_t shortest = 2;
    constexpr char connack = '\x20';
    if (bytes[0] != connack) return foreign;
    const auto [size, width] = remaining_length(bytes.substr(1));
    if (width == 0) return 0;
    return width > 4 || size < shortest ? foreign : 1 + width + size;
  }

  Step message(std::string_view bytes) override {
    const auto code =
        static_cast<unsigned>(big_endian(bytes, remaining_length(bytes.substr(1)).second + 2, 1));
    if (code == 0) {
      detail_ = "connection accepted";
      send({"\xe0\0", 2});
      return Next::done;
    }
    const bool auth = code == 0x04 || code == 0x05 || code == 0x86 || code == 0x87 || code == 0x8a;
    return fail(auth ? Reason::auth : Reason::not_ready, meaning(code), cat(code));
  }
};

/// Takes the client identifier off a query that is nothing else; empty if there is none.
Parsed<std::string> take_client(Url& url) {
  std::string_view query = url.query.value_or("");
  const QueryParameter first(query);
  if (first.name != "clientId" || !query.empty()) return "";
  url.query.reset();
  auto client = percent_decode(first.value.value_or(""));
  if (!client) return usage_error("its clientId is not percent-encoded as it should be");
  return *std::move(client);
}

/// What a CONNECT has no room for.
Parsed<void> check_sizes(const Target& target, std::string_view client) {
  const std::size_t password = target.password ? target.password->reveal().size() : 0;
  if (std::max({password, client.size(), target.user.value_or("").size()}) <= longest_text)
    return {};
  return usage_error(
      cat("its user, password or client identifier is longer than ", longest_text, " bytes"));
}

}  // namespace

/// `mqtt://[user:password@]host[:port][?clientId=ID]`, the parameter as MQTT.js has it.
Parsed<Target> parse_mqtt(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto client = take_client(*url);
  if (!client) return std::unexpected(client.error());
  if (auto plain = check_no_path(protocol, *url); !plain)
    return usage_error(cat(plain.error().text, " but ?clientId="));
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  if (target->password && !target->user)
    return usage_error(
        cat("it has a password but no user, as in ", protocol.scheme, "://user:password@host"));
  if (auto checked = check_sizes(*target, *client); !checked)
    return std::unexpected(checked.error());
  // A user alone may be a token, as of ThingsBoard.
  if (const auto& user = target->user; user && !target->password)
    target->secrets.push_back(shared_secret(*user, target->options.secrets));
  target->data = std::make_shared<std::string>(*std::move(client));
  if (auto secured = secure(*target, ""); !secured) return std::unexpected(secured.error());
  return target;
}

std::unique_ptr<Exchange> make_mqtt(const Target& target) {
  return std::make_unique<MqttExchange>(target);
}

}  // namespace probe
