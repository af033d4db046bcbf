// Any bytes, in any pieces, as an HTTP answer that is looked at closely.
#include "base/text.hpp"
#include "fuzz.hpp"
#include "protocols/http/exchange.hpp"
#include "protocols/http/redirect.hpp"

namespace {

probe::Target demanding_target() {
  probe::Target target = target_of("http://h/a/b?c");
  target.options.location = true;
  auto& expectations = target.options.expectations;
  expectations.push_back(*probe::Expectation::header("Server="));
  expectations.push_back(*probe::Expectation::json("/a/0=1.5"));
  expectations.push_back(*probe::Expectation::regex("^(a|b)*$"));
  expectations.push_back(*probe::Expectation::body("x"));
  return target;
}

void judge(const probe::Target& target, probe::HttpExchange& exchange) {
  if (const auto location = exchange.redirect()) {
    const auto next = probe::redirected(target, exchange.status(), *location);
    require(!probe::has_control_character(next ? next->name : next.error().detail));
  }
  const probe::Outcome outcome = exchange.outcome();
  require(!probe::has_control_character(outcome ? outcome->detail : outcome.error().detail));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target plain = target_of("http://h/");
  static const probe::Target demanding = demanding_target();
  const probe::Target& target = size % 2 == 0 ? plain : demanding;
  probe::HttpExchange exchange(target);
  Pieces pieces(data, size);
  while (!pieces.empty()) {
    const auto fed = exchange.feed(pieces.next());
    if (!fed) {
      require(!probe::has_control_character(exchange.failure().detail));
      return 0;
    }
    if (*fed == probe::Exchange::Next::done) {
      judge(target, exchange);
      return 0;
    }
  }
  require(!exchange.awaited().empty());
  if (const auto end = exchange.end(false); !end)
    require(!probe::has_control_character(exchange.failure().detail));
  else
    judge(target, exchange);
  return 0;
}
