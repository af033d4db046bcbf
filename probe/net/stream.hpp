// A connected byte stream: plain, or wrapped in TLS, from the start or midway.
#pragma once

#include "base/outcome.hpp"
#include "net/wait.hpp"

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>
#include <utility>

namespace probe {

/// What an operation that does not block has come to: so many bytes, or what it has to wait for.
struct Progress {
  enum class Wants : std::uint8_t { nothing, readable, writable };
  Wants wants = Wants::nothing;
  std::size_t size = 0;

  Descriptor::wait_type event() const {
    return wants == Wants::readable ? Descriptor::wait_read : Descriptor::wait_write;
  }
};

/// A plain stream on a non-blocking socket. No operation waits; failures are of `stage`.
class Stream {
 public:
  using Result = std::expected<Progress, Failure>;

  explicit Stream(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// Reads at least one byte; 0 is the peer's end, see `truncated`.
  virtual Result read(std::span<char> buffer, Stage stage);
  /// Writes some of `bytes`. Where it wants something first, it is called again with the same ones.
  virtual Result write(std::string_view bytes, Stage stage);

  /// Whether it may hold bytes that the socket no longer has, so that a read comes before a wait.
  virtual bool reads_ahead() const { return false; }
  /// Whether the end may have been forged: TLS that ended without its closure alert (RFC 8446,
  /// section 6.1).
  virtual bool truncated() const { return false; }

  Descriptor& descriptor() { return descriptor_; }

 private:
  Descriptor descriptor_;
};

}  // namespace probe
