#include "protocols/exchange.hpp"

#include "base/text.hpp"
#include "base/watchdog.hpp"
#include "net/connect.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"
#include "protocols/protocol.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace probe {
namespace {

constexpr std::size_t longest_words = 400;  // of a server
/// A silent peer takes all of it, a login of MySQL 6 ms.
constexpr std::chrono::milliseconds farewell_allowance{40};

/// What speaks so, where another protocol was meant: its scheme, or its name.
std::string_view speaker(std::string_view beginning) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> known{{
      {"HTTP/", "http://"},
      {"-ERR ", "redis://"},
      {"VERSION ", "memcached://"},
      {"SSH-", "SSH"},
      {"\x15\x03", "TLS"},
      {"\x16\x03", "TLS"},
      {"220", "SMTP or FTP"},
      {"+OK", "POP3"},
      {"* OK", "IMAP"},
      {"AMQP", "amqp://"},
      {"INFO {", "nats://"},
      {std::string_view("\5\0\0\0\x0b", 5), "MySQL's X Protocol (mysql:// has port 3306)"},
  }};
  for (const auto& [first, name] : known) {
    if (beginning.starts_with(first)) return name;
  }
  // A packet's length and number, then the protocol's version, 10, or an error.
  const bool mysql = beginning.size() > 5 && beginning[2] == '\0' && beginning[3] == '\0' &&
                     (beginning[4] == '\n' || beginning[4] == '\xff');
  // HTTP/2's SETTINGS, behind their size.
  if (beginning.substr(0, 9).ends_with(std::string_view("\4\0\0\0\0\0", 6))) return "grpc://";
  return mysql ? "mysql://" : "";
}

bool has_secret(const Target& target) {
  return target.password || !target.options.headers.empty() || target.options.data;
}

/// Sends all that is queued.
Task<std::expected<void, Failure>> send_queued(Stream& stream, Exchange& exchange,
                                               const Target& target, Attempt& attempt) {
  const Secret output = exchange.take_output();
  if (output.empty()) co_return std::expected<void, Failure>();
  if (has_secret(target)) wipe_stack();
  attempt.waiting(exchange.sending_stage(), exchange.unsent());
  std::string_view rest = output.reveal();
  while (!rest.empty()) {
    const auto progress = stream.write(rest, exchange.sending_stage());
    if (!progress) co_return std::unexpected(progress.error());
    rest.remove_prefix(progress->size);
    if (progress->wants != Progress::Wants::nothing)
      co_await wait_for(attempt.io(), stream.descriptor(), progress->event());
  }
  co_return std::expected<void, Failure>();
}

/// What is queued last. Whether it arrives no longer matters, so nothing is waited for.
void send_farewell(Stream& stream, Exchange& exchange) {
  const Secret output = exchange.take_output();
  if (output.empty()) return;
  [[maybe_unused]] const auto gone = stream.write(output.reveal(), exchange.stage());
}

/// Reads what is there, once there is something.
Task<std::expected<std::size_t, Failure>> read_some(Stream& stream, std::span<char> buffer,
                                                    Stage stage, Attempt& attempt) {
  // Waiting first: an answer is hardly ever there at once, and asking for it costs a system call.
  if (!stream.reads_ahead())
    co_await wait_for(attempt.io(), stream.descriptor(), Descriptor::wait_read);
  while (true) {
    const auto progress = stream.read(buffer, stage);
    if (!progress) co_return std::unexpected(progress.error());
    if (progress->wants == Progress::Wants::nothing) co_return progress->size;
    co_await wait_for(attempt.io(), stream.descriptor(), progress->event());
  }
}

using Conversed = std::expected<void, Failure>;

/// Lets the exchange talk on from `step`.
Task<Conversed> talk(const Target& target, Exchange& exchange, std::unique_ptr<Stream>& stream,
                     Exchange::Step& step, Attempt& attempt) {
  std::array<char, 4096> buffer{};
  while (step && *step != Exchange::Next::done) {
    auto sent = co_await send_queued(*stream, exchange, target, attempt);
    if (*step == Exchange::Next::start_tls) {
      if (sent) sent = co_await start_tls(stream, *target.tls, attempt);
      if (!sent) co_return sent;
      step = exchange.begin();
      continue;
    }
    if (!sent && sent.error().reason == Reason::local) co_return sent;
    attempt.waiting(exchange.stage(), exchange.awaited());
    const auto size = co_await read_some(*stream, buffer, exchange.stage(), attempt);
    // A server may refuse before it has read what we said: its answer tells more than our broken
    // pipe.
    if (!size) co_return std::unexpected(sent ? size.error() : sent.error());
    step = *size == 0 ? exchange.end(stream->truncated())
                      : exchange.feed(std::string_view(buffer.data(), *size));
  }
  send_farewell(*stream, exchange);
  if (!step) co_return std::unexpected(std::move(exchange.failure()));
  co_return Conversed();
}

/// A conversation that has outlived its attempt.
struct Rest {
  Rest(const Target& target, asio::io_context& io)
      : attempt(io, silent, target, no_deadline, ""), timer(io) {}

  std::shared_ptr<Exchange> exchange;
  std::unique_ptr<Stream> stream;
  Exchange::Step step = Exchange::Next::read;
  Trace silent{false};
  Attempt attempt;
  Timer timer;
  asio::cancellation_signal cancel;
};

/// Brings it to an end, in the time that is allowed. Returns at once; the event loop does it.
void finish(const Target& target, const std::shared_ptr<Rest>& rest) {
  rest->timer.expires_after(farewell_allowance);
  rest->timer.async_wait([rest](asio::error_code error) {
    if (!error) rest->cancel.emit(asio::cancellation_type::terminal);
  });
  asio::co_spawn(
      rest->attempt.io(), talk(target, *rest->exchange, rest->stream, rest->step, rest->attempt),
      asio::bind_cancellation_slot(rest->cancel.slot(),
                                   [rest](const std::exception_ptr& cancelled, const Conversed&) {
                                     rest->timer.cancel();
                                     if (!cancelled) return;
                                     (void)rest->exchange->abandoned();
                                     send_farewell(*rest->stream, *rest->exchange);
                                   }));
}

}  // namespace

Exchange::Step Exchange::end(bool /*truncated*/) {
  return fail(Reason::protocol, silent() ? "connection closed without an answer"
                                         : "connection closed inside an answer");
}

Exchange::Step Exchange::feed(std::string_view bytes) {
  constexpr std::size_t enough = 4096;
  beginning_ += bytes.substr(0, enough - std::min(enough, beginning_.size()));
  const bool held = !input_.empty();
  if (held) input_ += bytes;
  std::string_view rest = held ? std::string_view(input_) : bytes;
  Step step = Next::read;
  while (step && *step == Next::read && !rest.empty()) {
    const std::size_t size = frame(rest);
    if (size == foreign) return not_mine();
    if (size == 0 || size > rest.size()) {
      if (std::max(size, rest.size()) > message_limit())
        return fail(Reason::protocol,
                    cat("the answer is larger than ", message_limit() / 1024, " KiB"));
      break;
    }
    step = message(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  // Whoever is between us and the peer could have put it there (CVE-2011-0411).
  if (step && *step == Next::start_tls && !rest.empty())
    return fail(Reason::protocol, "received unencrypted data after the request for TLS");
  if (held) {
    input_.erase(0, input_.size() - rest.size());
  } else {
    input_ = rest;
  }
  return step;
}

Secret Exchange::take_output() {
  return Secret(std::exchange(output_, {}));
}

std::size_t Exchange::line(std::string_view bytes, std::size_t limit) {
  const std::size_t end = bytes.substr(0, limit).find('\n');
  if (end != std::string_view::npos) return end + 1;
  return bytes.size() < limit ? 0 : foreign;
}

bool Exchange::begins_with(std::string_view bytes, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) {
    return bytes.starts_with(word.substr(0, bytes.size()));
  });
}

void Exchange::expect(Stage stage, std::string_view what) {
  stage_ = stage;
  awaited_ = what;
}

void Exchange::sends(std::optional<Stage> stage, std::string_view unsent) {
  sending_stage_ = stage;
  unsent_ = unsent;
}

void Exchange::note(std::string_view text) const {
  if (attempt_ != nullptr) attempt_->note(sending_stage(), text);
}

Exchange::Step Exchange::fail(Failure failure) {
  failure_ = std::move(failure);
  return std::unexpected(Failed());
}

Exchange::Step Exchange::fail(Reason reason, std::string_view detail, std::string code) {
  return fail({stage_, reason, excerpt(detail, target_, longest_words), std::move(code)});
}

Exchange::Step Exchange::not_mine() {
  const std::string_view known = speaker(beginning_);
  const bool other = !target_.protocol->scheme.starts_with(known.substr(0, known.find(':')));
  const std::string guess = other ? cat("; is it ", known, "?") : "";
  return fail({stage_, Reason::protocol,
               cat("not ", target_.protocol->title, " answer: \"", excerpt(beginning_, target_, 60),
                   '"', guess),
               ""});
}

Task<std::expected<void, Failure>> converse(const Target& target,
                                            std::shared_ptr<Exchange> exchange, Attempt& attempt) {
  auto descriptor = co_await connect(target.endpoints.front(), attempt);
  if (!descriptor) co_return std::unexpected(descriptor.error());
  auto stream = std::make_unique<Stream>(std::move(*descriptor));
  if (target.protocol->tls == Tls::from_start) {
    auto secured = co_await start_tls(stream, *target.tls, attempt);
    if (!secured) co_return secured;
  }
  exchange->trace(&attempt);
  auto step = exchange->begin();
  try {
    co_return co_await talk(target, *exchange, stream, step, attempt);
  } catch (...) {  // which is what being cancelled means
    exchange->trace(nullptr);
    if (!exchange->abandoned()) {
      send_farewell(*stream, *exchange);
      throw;
    }
    const auto rest = std::make_shared<Rest>(target, attempt.io());
    rest->exchange = exchange;
    rest->stream = std::move(stream);
    rest->step = *step == Exchange::Next::start_tls ? exchange->begin() : step;
    finish(target, rest);
    throw;
  }
}

Outcome judge(const Target& target, Exchange& exchange, Attempt& attempt) {
  if (target.options.expectations.empty()) return exchange.outcome();
  attempt.waiting(Stage::expect, "body not searched");
  start_watchdog();
  Outcome outcome = exchange.outcome();
  if (!outcome && overdue()) return std::unexpected(attempt.timed_out());
  return outcome;
}

void put_big_endian(std::string& out, std::uint64_t value, unsigned size) {
  while (size-- > 0) out += static_cast<char>(value >> (8 * size));
}

void put_little_endian(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i));
}

std::uint64_t big_endian(std::string_view bytes, std::size_t at, unsigned size) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i)
    value = value << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
  return value;
}

std::uint64_t little_endian(std::string_view bytes, std::size_t at, unsigned size) {
  std::uint64_t value = 0;
  while (size-- > 0)
    value = value << 8U |
            (at + size < bytes.size() ? static_cast<unsigned char>(bytes[at + size]) : 0U);
  return value;
}

}  // namespace probe
