// Any bytes, in any pieces, as a MySQL server's; and any packets that are well formed, from a
// greeting on, whose lengths and numbers a search would hardly find.
#include "fuzz.hpp"

#include <array>
#include <string>

namespace {

using probe::Exchange;

std::string packet(char sequence, std::string_view payload) {
  std::string out;
  probe::put_little_endian(out, payload.size(), 3);
  return (out += sequence) += payload;
}

/// The number of the packet that comes behind the last one of `sent`.
char next_number(std::string_view sent, char before) {
  while (sent.size() >= 4) {
    before = sent[3];
    sent.remove_prefix(std::min<std::size_t>(sent.size(), 4 + probe::little_endian(sent, 0, 3)));
  }
  return static_cast<char>(before + 1);
}

void converse_in_packets(const probe::Target& target, Pieces pieces) {
  using namespace std::string_literals;
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  std::string next = packet(
      0,
      "\x0a"
      "8.0\0\1\2\3\4"
      "12345678\0\xff\xff\x2d\2\0\xff\xff\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0caching_sha2_password\0"s);
  while (step && *step != Exchange::Next::done) {
    require(!exchange->awaited().empty());
    step = *step == Exchange::Next::start_tls ? exchange->begin() : exchange->feed(next);
    if (pieces.empty()) break;
    const probe::Secret sent = exchange->take_output();
    next = packet(next_number(sent.reveal(), next[3]), pieces.next());
  }
  if (!step) return require_printable(exchange->failure().detail);
  const auto outcome = exchange->outcome();
  require_printable(outcome ? outcome->detail : outcome.error().detail);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::array<probe::Target, 4> targets = [] {
    std::array<probe::Target, 4> made{target_of("mysql://user:password@h/db?ssl-mode=disabled"),
                                      target_of("mysql://h"), target_of("mysql://user:password@h/"),
                                      target_of("mysql+unix://user:password@/run/m.sock")};
    made[0].options.query = "SELECT 1";
    made[2].options.query = "SELECT 1";
    made[2].options.role = probe::Role::primary;
    made[2].options.role_name = "primary";
    return made;
  }();
  if (size == 0) return 0;
  const probe::Target& target = targets[data[0] & 3U];
  const Pieces pieces(data + 1, size - 1);
  if ((data[0] & 4U) != 0) {
    converse_in_packets(target, pieces);
  } else {
    converse_with(target, pieces);
  }
  return 0;
}
