// NATS: its client protocol (docs.nats.io, "Client Protocol").
#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/exchange.hpp"
#include "target/json.hpp"

#include <array>

namespace probe {
namespace {

/// A member of the server's INFO.
JsonValue member(std::string_view info, const char* name) {
  return find_json(info, {name}).value_or(JsonValue());
}

bool is_set(std::string_view info, const char* name) {
  const JsonValue value = member(info, name);
  return value.kind == JsonValue::Kind::literal && value.text == "true";
}

/// INFO, TLS if the scheme has it, then CONNECT and PING, which PONG answers once the login is
/// accepted.
class NatsExchange final : public Exchange {
 public:
  explicit NatsExchange(const Target& target) : Exchange(target) {
    expect(Stage::response, "no INFO");
  }

  Step begin() override { return informed_ ? log_in() : Next::read; }

  Step end(bool truncated) override {
    if (!informed_) return Exchange::end(truncated);
    return fail(Reason::protocol, "connection closed without a reply to PING");
  }

 private:
  std::size_t frame(std::string_view bytes) const override {
    constexpr std::array<std::string_view, 5> words{"INFO ", "-ERR ", "PING", "PONG", "+OK"};
    constexpr std::size_t longest = std::size_t{32} * 1024;  // INFO names the servers of a cluster
    return begins_with(bytes, words) ? line(bytes, longest) : foreign;
  }

  Step message(std::string_view bytes) override {
    const std::string_view text = trim(bytes);
    if (text.starts_with("INFO ")) return take_info(text.substr(5));
    if (text.starts_with("-ERR ")) return refused(text.substr(5));
    if (!informed_) return not_mine();
    if (text == "PONG") return Next::done;
    if (text == "PING") send("PONG\r\n");
    return Next::read;
  }

  Step take_info(std::string_view info) {
    if (!find_json(info, {})) return not_mine();
    if (is_set(info, "ldm"))
      return fail(Reason::not_ready, "the server is about to stop (lame duck mode)");
    if (informed_) return Next::read;
    informed_ = true;
    constexpr std::size_t longest_version = 60;
    detail_ = cat("NATS ", excerpt(member(info, "version").text, target_, longest_version));
    const bool required = is_set(info, "tls_required");
    if (!target_.tls) {
      if (!required) return log_in();
      return fail(Reason::protocol, "the server requires TLS: nats+tls://");
    }
    if (required || is_set(info, "tls_available")) return Next::start_tls;
    return fail(Reason::protocol, "the server offers no TLS");
  }

  Step log_in() {
    expect(target_.password ? Stage::login : Stage::query, "no reply to PING");
    std::string options = R"({"verbose":false,"pedantic":false,"lang":"c++","version":"1",)"
                          R"("name":"probe","tls_required":)";
    options += target_.tls ? "true" : "false";
    const auto add = [&](std::string_view name, std::string_view value) {
      options += name;
      append_json_string(options, value);
    };
    if (target_.user) add(R"(,"user":)", *target_.user);
    if (target_.password)
      add(target_.user ? R"(,"pass":)" : R"(,"auth_token":)", target_.password->reveal());
    send(cat("CONNECT ", options, "}\r\nPING\r\n"));
    return Next::read;
  }

  /// The server's words stand in quotes.
  Step refused(std::string_view text) {
    if (text.size() > 1 && text.starts_with('\'') && text.ends_with('\''))
      text = text.substr(1, text.size() - 2);
    // 'Authorization Violation', 'User Authentication Expired', …; too slow says nothing of a user.
    const bool auth = text.contains("uth") && !text.contains("Timeout");
    if (auth) expect(Stage::login, "");
    return fail(auth ? Reason::auth : Reason::not_ready, text);
  }

  bool informed_ = false;
};

}  // namespace

/// `nats://[user:password@|token@]host[:port]`. What stands alone before the `@` is a token.
Parsed<Target> parse_nats(const Protocol& protocol, std::string_view text, CheckOptions options) {
  const auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (auto plain = check_no_path(protocol, *url); !plain) return std::unexpected(plain.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  if (target->password && !target->user)
    return usage_error(cat("it has a password but no user: write ", protocol.scheme,
                           "://user:password@host, or ", protocol.scheme, "://token@host"));
  if (auto& user = target->user; user && !target->password) {
    target->password = shared_secret(*user, target->options.secrets);
    user.reset();
  }
  if (auto secured = secure(*target, ""); !secured) return std::unexpected(secured.error());
  return target;
}

std::unique_ptr<Exchange> make_nats(const Target& target) {
  return std::make_unique<NatsExchange>(target);
}

}  // namespace probe
