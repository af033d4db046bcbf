// A MySQL server's side of a conversation, for the tests of its exchange.
#pragma once

#include "protocols/exchange.hpp"
#include "support.hpp"

namespace probe {

using namespace std::string_literals;

inline std::string packet(int sequence, std::string_view payload) {
  std::string out;
  put_little_endian(out, payload.size(), 3);
  return cat(out, static_cast<char>(sequence), payload);
}

inline std::string greeting(std::string_view plugin = "mysql_native_password",
                            std::string_view version = "9.7.4-2", std::uint32_t more = 0) {
  const std::uint32_t flags = 0x0008f7ff | more;
  std::string payload = cat('\x0a', version, '\0', "\1\2\3\4", "12345678", '\0');
  put_little_endian(payload, flags & 0xffffU, 2);
  payload += "\x2d\2"s + '\0';
  put_little_endian(payload, flags >> 16U, 2);
  payload += cat('\x15', std::string(10, '\0'), "abcdefghijkl", '\0', plugin, '\0');
  return packet(0, payload);
}

inline const std::string ok = "\0\0\0\2\0\0\0"s;
inline const std::string end = "\xfe\0\0\2\0"s;

inline std::string error(int sequence, unsigned code, std::string_view text) {
  std::string payload = "\xff";
  put_little_endian(payload, code, 2);
  return packet(sequence, cat(payload, text));
}

/// One row with this first column.
inline std::string rows(std::string_view value) {
  return cat(packet(1, "\1"), packet(2, "\3def a column"), packet(3, end), packet(4, value),
             packet(5, end));
}

inline std::string describe(const Failure& failure) {
  return cat(name(failure.stage), "/", name(failure.reason), ": ", failure.detail,
             failure.code.empty() ? "" : cat(" (", failure.code, ")"));
}

/// How it ends, and, behind `|`, what was said in the meantime.
inline std::string converse(const Target& target, const std::vector<std::string_view>& pieces,
                            bool closed = false) {
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  REQUIRE(step.value() == Exchange::Next::read);
  CHECK(exchange->take_output().empty());
  for (const auto piece : pieces) {
    if (step && *step == Exchange::Next::read) step = exchange->feed(piece);
  }
  if (closed && step) step = exchange->end(false);
  if (!step) return describe(exchange->failure());
  if (*step == Exchange::Next::start_tls) return "TLS";
  if (*step == Exchange::Next::done) return exchange->outcome()->detail;
  return cat(name(exchange->stage()), ": ", exchange->awaited());
}

inline std::string answer(std::string_view bytes,
                          std::string_view url = "mysql://u:secret@h/db?tls=false",
                          CheckOptions options = {}) {
  const Target target = target_of(url, std::move(options));
  return at_every_split(bytes, [&](const auto& pieces) { return converse(target, pieces); });
}

/// What is sent after these bytes.
inline std::string sent(std::string_view bytes, std::string_view url) {
  const Target target = target_of(url);
  const auto exchange = target.protocol->make(target);
  (void)exchange->begin();
  (void)exchange->feed(bytes);
  return exchange->take_output().reveal();
}

inline const std::string in = cat(greeting(), packet(2, ok));

}  // namespace probe
