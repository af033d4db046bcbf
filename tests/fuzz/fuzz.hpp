// What the fuzzers share. Each is a libFuzzer program: run it with a folder for its corpus to
// search, with a file to replay.
#pragma once

#include "base/text.hpp"
#include "protocols/exchange.hpp"
#include "protocols/protocol.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// A broken promise ends the run, as a crash would.
inline void require(bool kept) {
  if (!kept) std::abort();
}

/// Takes pieces from the front of the input, each as long as its first byte says.
class Pieces {
 public:
  Pieces(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}
  bool empty() const { return rest_.empty(); }
  std::string_view next() {
    const std::size_t wanted = 1 + static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    const std::string_view piece = rest_.substr(0, wanted);
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
};

inline probe::Target target_of(std::string_view text) {
  const probe::Protocol* protocol = probe::find_protocol(text.substr(0, text.find("://")));
  return protocol->parse(*protocol, text, {}).value();
}

/// Whether a text may be shown.
inline void require_printable(std::string_view text) {
  require(!probe::has_control_character(text));
}

/// The peer's side of a whole conversation: every piece is an answer, and the last one its end.
inline void converse_with(std::unique_ptr<probe::Exchange> exchange, Pieces pieces) {
  auto step = exchange->begin();
  while (step && *step != probe::Exchange::Next::done && !pieces.empty()) {
    require(!exchange->awaited().empty());
    (void)exchange->take_output();
    step = *step == probe::Exchange::Next::start_tls ? exchange->begin()
                                                     : exchange->feed(pieces.next());
  }
  if (step && *step != probe::Exchange::Next::done) step = exchange->end(false);
  if (!step) return require_printable(exchange->failure().detail);
  const auto outcome = exchange->outcome();
  require_printable(outcome ? outcome->detail : outcome.error().detail);
}

inline void converse_with(const probe::Target& target, Pieces pieces) {
  converse_with(target.protocol->make(target), pieces);
}
