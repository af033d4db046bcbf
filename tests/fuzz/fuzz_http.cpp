// Any bytes, in any pieces, as an HTTP answer.
#include "base/text.hpp"
#include "fuzz.hpp"
#include "protocols/http_exchange.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target target = target_of("http://h/");
  probe::HttpExchange exchange(target);
  Pieces pieces(data, size);
  while (!pieces.empty()) {
    const auto fed = exchange.feed(pieces.next());
    if (!fed) {
      require(!probe::has_control_character(fed.error().detail));
      return 0;
    }
    if (*fed) {
      const probe::Outcome outcome = exchange.outcome();
      require(!probe::has_control_character(outcome ? outcome->detail : outcome.error().detail));
      return 0;
    }
  }
  require(!exchange.missing().empty());
  if (const auto end = exchange.finish(); !end)
    require(!probe::has_control_character(end.error().detail));
  return 0;
}
