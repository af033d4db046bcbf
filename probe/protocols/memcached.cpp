// memcached: its text protocol (doc/protocol.txt of memcached).
#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/exchange.hpp"

#include <array>

namespace probe {
namespace {

/// `version`, and before it the login of a server with an authentication file (`-Y`): a `set` of
/// any key whose value is user and password. It has expired before a server that wants no login
/// keeps it.
class MemcachedExchange final : public Exchange {
 public:
  using Exchange::Exchange;

  Step begin() override {
    if (target_.password) {
      expect(Stage::login, "no answer to the login");
      const std::string login = cat(target_.user.value_or(""), ' ', target_.password->reveal());
      send(cat("set probe 0 -1 ", login.size(), "\r\n", login, "\r\n"));
      return Next::read;
    }
    return ask();
  }

 private:
  Step ask() {
    expect(Stage::query, "no reply to version");
    send("version\r\n");
    return Next::read;
  }

  std::size_t frame(std::string_view bytes) const override {
    constexpr std::array<std::string_view, 5> words{"VERSION ", "STORED", "ERROR", "CLIENT_ERROR ",
                                                    "SERVER_ERROR "};
    return begins_with(bytes, words) ? line(bytes) : foreign;
  }

  Step message(std::string_view bytes) override {
    const std::string_view text = trim(bytes);
    const bool logging_in = stage() == Stage::login;
    if (text == "STORED" && logging_in) return ask();
    if (text.starts_with("VERSION ") && !logging_in) {
      constexpr std::size_t longest_version = 60;
      detail_ =
          cat("memcached ", excerpt(text.substr(text.find(' ') + 1), target_, longest_version));
      send("quit\r\n");
      return Next::done;
    }
    if (text == "CLIENT_ERROR unauthenticated") expect(Stage::login, "");
    if (text.starts_with("CLIENT_ERROR ")) return fail(Reason::auth, text);
    if (text.starts_with("STORED") || text.starts_with("VERSION ")) return not_mine();
    return fail(Reason::not_ready, text);
  }
};

}  // namespace

/// `memcached://[user:password@]host[:port]`.
Parsed<Target> parse_memcached(const Protocol& protocol, std::string_view text,
                               CheckOptions options) {
  const auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (auto plain = check_no_path(protocol, *url); !plain) return std::unexpected(plain.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (target && target->user.has_value() != target->password.has_value())
    return usage_error("its login needs both, as in memcached://user:password@host");
  return target;
}

std::unique_ptr<Exchange> make_memcached(const Target& target) {
  return std::make_unique<MemcachedExchange>(target);
}

}  // namespace probe
