// A connected byte stream, plain or wrapped in TLS.
#pragma once

#include "net/attempt.hpp"
#include "net/task.hpp"
#include "net/wait.hpp"
#include "target/target.hpp"

#include <expected>
#include <memory>
#include <span>
#include <string_view>

namespace probe {

class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// Reads at least one byte; 0 is the peer's end, see `truncated`.
  virtual Task<std::expected<std::size_t, Failure>> read_some(std::span<char> buffer,
                                                              Stage stage) = 0;
  /// Whether the end may have been forged: TLS that ended without its closure alert (RFC 8446,
  /// section 6.1).
  virtual bool truncated() const { return false; }
  /// Writes all of `bytes`.
  virtual Task<std::expected<void, Failure>> write_all(std::string_view bytes, Stage stage) = 0;
};

/// Connects to `target`'s endpoint and, where it asks for that, completes the TLS handshake.
Task<std::expected<std::unique_ptr<Stream>, Failure>> open_stream(const Target& target,
                                                                  Attempt& attempt);

}  // namespace probe
