// A conversation with a peer, without I/O: what to send, where the peer's messages end, what each
// of them means. `converse` does the rest for every protocol.
#pragma once

#include "base/outcome.hpp"
#include "base/secret.hpp"
#include "net/attempt.hpp"
#include "net/task.hpp"
#include "target/target.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace probe {

class Exchange {
 public:
  enum class Next : std::uint8_t {
    read,       ///< wait for the peer's next message
    start_tls,  ///< wrap the stream in TLS, then `begin` again
    done,       ///< ask `outcome`
  };
  struct Failed {};  ///< see `failure`
  using Step = std::expected<Next, Failed>;

  explicit Exchange(const Target& target) : target_(target) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  /// The stream is connected, or has just been wrapped in TLS: queues what we say first.
  virtual Step begin() { return Next::read; }

  /// The peer has closed the stream. `truncated`: without TLS's closure alert, so that the end may
  /// have been forged.
  virtual Step end(bool truncated);

  /// The attempt is cancelled while something is waited for: queues a farewell. True where the
  /// conversation has to go on for a moment, to be brought to an end; then this is asked
  /// again.
  virtual bool abandoned() { return false; }

  /// The judgement, once a step was `done`.
  virtual Outcome outcome() { return Ready{std::move(detail_)}; }

  /// Why, once a step has failed.
  Failure& failure() { return failure_; }

  /// Takes bytes of the peer, split anywhere.
  Step feed(std::string_view bytes);

  /// What has been queued since the last call. It is to be sent also after the last step, without
  /// waiting for that.
  Secret take_output();

  /// What a time-out now would be about, as in "no reply to PING", and its stage.
  Stage stage() const { return stage_; }
  const std::string& awaited() const { return awaited_; }
  /// The same while what is queued cannot be sent.
  Stage sending_stage() const { return sending_stage_.value_or(stage_); }
  std::string_view unsent() const { return unsent_; }

  /// Where `note` writes.
  void trace(const Attempt* attempt) { attempt_ = attempt; }

 protected:
  /// What `frame` says of bytes that are not this protocol's.
  static constexpr std::size_t foreign = std::string_view::npos;

  /// The size of the first message in `bytes`, which are not empty; 0 while it cannot be told, or
  /// `foreign`. For a protocol that reads a stream: all that is there.
  virtual std::size_t frame(std::string_view bytes) const { return bytes.size(); }

  /// Takes one message, as `frame` has found it. What is not this protocol's is a `not_mine`.
  virtual Step message(std::string_view bytes) = 0;

  /// The largest message that is waited for, in bytes.
  virtual std::size_t message_limit() const { return std::size_t{64} * 1024; }

  /// The size of a line with its end, for protocols of lines of at most `limit` bytes.
  static std::size_t line(std::string_view bytes, std::size_t limit = 4096);

  /// Whether the first line of `bytes` begins with one of `words`, as far as it is there: what does
  /// not is another protocol's, which is told at once, and not when the line ends.
  static bool begins_with(std::string_view bytes, std::span<const std::string_view> words);

  void send(std::string_view bytes) { output_ += bytes; }
  void expect(Stage stage, std::string_view what);
  /// For a protocol in which sending is a stage of its own, or has a name of its own.
  void sends(std::optional<Stage> stage, std::string_view unsent);
  /// Tells `-v`; `text` is a literal or concealed.
  void note(std::string_view text) const;
  bool tracing() const { return attempt_ != nullptr && attempt_->tracing(); }

  /// A failure in the stage that is under way; `detail` is the peer's and made fit to be shown.
  Step fail(Reason reason, std::string_view detail, std::string code = "");
  Step fail(Failure failure);
  /// What has come is not this protocol; says what it looks like.
  Step not_mine();
  /// Nothing has come yet.
  bool silent() const { return beginning_.empty(); }
  /// The peer's first bytes.
  std::string_view beginning() const { return beginning_; }

  const Target& target_;
  std::string detail_;  ///< of the outcome

 private:
  Failure failure_;
  std::string input_;  ///< a message that is not complete
  std::string output_;
  std::string beginning_;  ///< as much as a secret that is shown in part of it may need
  Stage stage_ = Stage::response;
  std::string awaited_ = "no answer";
  std::optional<Stage> sending_stage_;
  std::string_view unsent_ = "request not taken";
  const Attempt* attempt_ = nullptr;
};

/// Connects to the target's endpoint, starts TLS where its scheme begins with that, and lets
/// `exchange` talk until it is done or fails. When this is cancelled, what the exchange still has
/// to say is said beside whatever comes next.
Task<std::expected<void, Failure>> converse(const Target& target,
                                            std::shared_ptr<Exchange> exchange, Attempt& attempt);

/// The outcome of an exchange that is done. What is expected of an answer may take long to look
/// for.
Outcome judge(const Target& target, Exchange& exchange, Attempt& attempt);

// Numbers on the wire, of `size` bytes.
void put_big_endian(std::string& out, std::uint64_t value, unsigned size);
void put_little_endian(std::string& out, std::uint64_t value, unsigned size);
/// Bytes behind the end count as 0.
std::uint64_t big_endian(std::string_view bytes, std::size_t at, unsigned size);
std::uint64_t little_endian(std::string_view bytes, std::size_t at, unsigned size);

}  // namespace probe
