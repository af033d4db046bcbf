// The Redis serialization protocol (RESP2) without I/O: the commands' bytes, and the replies'
// judgement.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace probe {

/// `AUTH`, `SELECT`, `PING`, `CLUSTER INFO` and `ROLE`, as far as the target asks for them, sent in
/// one go; their replies are read in order, and the first that is an error decides. What a server
/// may send is bounded to 64 KiB and to arrays of 1024 elements.
class RedisExchange {
 public:
  explicit RedisExchange(const Target& target);
  RedisExchange(const RedisExchange&) = delete;
  RedisExchange& operator=(const RedisExchange&) = delete;
  ~RedisExchange();

  /// The bytes of all commands, once.
  Secret take_commands() { return std::exchange(commands_, Secret()); }

  /// Takes bytes from the peer; true once all replies are there. Fails with the first reply that is
  /// not the one hoped for, in the server's words.
  std::expected<bool, Failure> feed(std::string_view bytes);

  /// The stage of the reply that is awaited.
  Stage stage() const;
  /// What a time-out now would be about, as in "no reply to PING".
  std::string missing() const;
  /// The peer has closed the connection before the last reply.
  Failure closed() const;

 private:
  struct Step {
    std::string_view command;
    Stage stage;
    std::string_view expected;  ///< empty for `ROLE`, whose reply is an array
  };
  struct Reader;

  void add(const std::vector<std::string_view>& words, Step step);
  std::expected<void, Failure> judge();
  std::expected<void, Failure> judge_role() const;
  std::expected<void, Failure> judge_cluster() const;

  const Target& target_;
  Role role_;
  std::string_view role_name_;
  Secret commands_;
  std::vector<Step> steps_;
  std::size_t step_ = 0;
  std::size_t received_ = 0;
  std::string beginning_;  ///< the first bytes, for the message when they are no RESP
  std::unique_ptr<Reader> reader_;
};

}  // namespace probe
