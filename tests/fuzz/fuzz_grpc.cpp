// Any bytes, in any pieces, as the answers of a server of gRPC. Most would break off at the first
// frame: so a piece is often the payload of one, and SETTINGS have come.
#include "fuzz.hpp"
#include "protocols/grpc/hpack.hpp"
#include "protocols/grpc/http2.hpp"

#include <algorithm>

namespace {

/// As the payload of a frame whose type and flags its first two bytes choose.
void feed_frames(const probe::Target& target, Pieces pieces) {
  using namespace probe;
  constexpr unsigned all_flags = 0x2d;
  const auto exchange = target.protocol->make(target);
  (void)exchange->begin();
  std::string frame;
  http2::put_frame(frame, http2::Type::settings, 0, 0, "");
  auto step = exchange->feed(frame);
  while (step && *step == Exchange::Next::read && !pieces.empty()) {
    std::string_view piece = pieces.next();
    const auto how = static_cast<unsigned char>(piece.empty() ? '\0' : piece[0]);
    const auto flags = static_cast<unsigned char>(piece.size() < 2 ? '\0' : piece[1]);
    piece.remove_prefix(std::min<std::size_t>(2, piece.size()));
    frame.clear();
    const auto type = static_cast<http2::Type>(how % 11);
    const bool whole = how % 11 > 3 && how % 11 < 9;  // of the connection
    http2::put_frame(frame, type, flags & all_flags, whole ? 0 : 1, piece);
    step = exchange->feed(frame);
    (void)exchange->take_output();
  }
  if (step && *step == Exchange::Next::read) step = exchange->end(true);
  if (!step) return require_printable(exchange->failure().detail);
  const auto outcome = exchange->outcome();
  require_printable(outcome ? outcome->detail : outcome.error().detail);
}

/// Every field takes something off its block, and is no longer than its code can be.
void read_block(std::string_view block) {
  const std::size_t size = block.size();
  std::size_t decoded = 0;
  while (!block.empty()) {
    const std::size_t before = block.size();
    const auto field = probe::hpack::take_field(block);
    if (!field) break;
    require(block.size() < before);
    decoded += field->name.size() + field->value.size();
  }
  require(decoded * 5 <= size * 8);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target plain = target_of("grpc://h");
  static const probe::Target service = target_of("grpc+unix:///s?service=shop.v1.Cart");
  if (size % 3 == 0) converse_with(plain, Pieces(data, size));
  if (size % 3 == 1) feed_frames(service, Pieces(data, size));
  if (size % 3 == 2) read_block({reinterpret_cast<const char*>(data), size});
  return 0;
}
