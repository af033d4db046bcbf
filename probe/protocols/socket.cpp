// tcp, tls, unix: a connection and, where that is expected, what comes over it.
#include "base/text.hpp"
#include "base/watchdog.hpp"
#include "protocols/common.hpp"
#include "protocols/exchange.hpp"

#include <algorithm>

namespace probe {
namespace {

/// Without an expectation, the connection is all there is to check. Else it sends `--data`, if any,
/// and reads until all that is expected has come.
class SocketExchange final : public Exchange {
 public:
  explicit SocketExchange(const Target& target) : Exchange(target) {
    answer_.body_name = "the answer";
    detail_ = "connected";
  }

  Step begin() override {
    if (target_.options.expectations.empty()) return Next::done;
    expect(Stage::response, target_.options.data ? "no answer" : "no banner");
    sends(Stage::request, "data not taken");
    if (target_.options.data) send(target_.options.data->reveal());
    return Next::read;
  }

  Step end(bool truncated) override {
    if (silent()) return Exchange::end(truncated);
    return fail(Reason::not_ready, cat(awaited(), ", then the connection was closed"));
  }

 private:
  static constexpr std::size_t limit = std::size_t{64} * 1024;

  Step message(std::string_view bytes) override {
    answer_.body += bytes.substr(0, limit - answer_.body.size());
    answer_.cut = answer_.body.size() == limit;
    // A peer that sends byte by byte has it searched as often.
    start_watchdog();
    for (const Expectation& expectation : target_.options.expectations) {
      const auto unmet = expectation.unmet(answer_, target_);
      if (!unmet) continue;
      expect(Stage::expect, overdue() ? "answer not searched" : cat(*unmet, other_protocol()));
      return answer_.cut ? fail(Reason::not_ready, awaited()) : Step(Next::read);
    }
    constexpr std::size_t longest_shown = 60;
    const std::string_view text = trim(answer_.body);
    detail_ =
        cat('"', excerpt(text.substr(0, text.find_first_of("\r\n")), target_, longest_shown), '"');
    return Next::done;
  }

  std::string_view other_protocol() const {
    const bool alert = beginning().starts_with("\x15\x03");
    return alert && target_.protocol->tls == Tls::none ? "; it speaks TLS: use tls://" : "";
  }

  Answer answer_;
};

/// What was sent may be a login: nothing of it is shown, should the peer repeat it.
void add_words(std::string_view data, std::vector<Secret>& secrets) {
  constexpr std::string_view blanks = " \t\r\n";
  constexpr std::size_t most = 256;  // each is looked for in every text that is shown
  while (!data.empty() && secrets.size() < most) {
    const std::string_view word = data.substr(0, data.find_first_of(blanks));
    if (!word.empty()) secrets.emplace_back(word);
    data.remove_prefix(std::min(word.size() + 1, data.size()));
  }
}

}  // namespace

/// `tcp://host:port`, `tls://host:port` or `unix:///path`.
Parsed<Target> parse_socket(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  if (url->userinfo) {
    return usage_error(cat("a ", protocol.scheme, "://", " target takes no user or password"));
  }
  if (auto plain = check_no_path(protocol, *url); !plain) return std::unexpected(plain.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  if (target->options.data && target->options.expectations.empty())
    return usage_error(
        "--data needs --expect-body or --expect-regex, which say what has to be answered");
  if (const auto& data = target->options.data) add_words(data->reveal(), target->secrets);
  if (auto secured = secure(*target, ""); !secured) return std::unexpected(secured.error());
  return target;
}

std::unique_ptr<Exchange> make_socket(const Target& target) {
  return std::make_unique<SocketExchange>(target);
}

}  // namespace probe
