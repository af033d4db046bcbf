// Any bytes, in any pieces, as an AMQP server's; and methods that are well formed, whose sizes a
// search would hardly find.
#include "fuzz.hpp"

#include <string>

namespace {

using probe::Exchange;

/// A method frame of class 10.
std::string method(unsigned number, std::string_view arguments) {
  std::string out("\1\0\0", 3);
  probe::put_big_endian(out, arguments.size() + 4, 4);
  probe::put_big_endian(out, 10, 2);
  probe::put_big_endian(out, number, 2);
  return (out += arguments) += '\xce';
}

/// Every piece is the arguments of a method, whose number comes first.
void converse_in_methods(const probe::Target& target, Pieces pieces) {
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  while (step && *step != Exchange::Next::done && !pieces.empty()) {
    std::string_view piece = pieces.next();
    if (piece.empty()) break;
    const auto number = static_cast<unsigned char>(piece[0]);
    piece.remove_prefix(1);
    std::string arguments(piece);
    if (number == 10) {  // properties and mechanisms, with their sizes
      const std::string_view properties = piece.substr(0, piece.size() / 2);
      arguments = std::string("\0\x09", 2);
      probe::put_big_endian(arguments, properties.size(), 4);
      arguments += properties;
      probe::put_big_endian(arguments, 5, 4);
      arguments += "PLAIN";
    }
    step = exchange->feed(method(number, arguments));
    (void)exchange->take_output();
  }
  if (!step) return require_printable(exchange->failure().detail);
  if (*step == Exchange::Next::done) require_printable(exchange->outcome()->detail);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target guest = target_of("amqp://h");
  static const probe::Target login = target_of("amqp://user:password@h/");
  const probe::Target& target = size % 2 == 0 ? guest : login;
  if (size % 3 == 0)
    converse_with(target, Pieces(data, size));
  else
    converse_in_methods(target, Pieces(data, size));
  return 0;
}
