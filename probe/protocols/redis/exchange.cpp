#include "protocols/redis/exchange.hpp"

#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/protocol.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <new>
#include <vector>

namespace probe {
namespace {

constexpr int element_limit = 1024;
constexpr int depth_limit = 4;  // ROLE's replies are three arrays deep
constexpr std::string_view cluster_up = "cluster_state:ok";

/// The code word at the start of an error: "NOAUTH Authentication required." has NOAUTH.
std::string_view code_of(std::string_view error) {
  return error.substr(0, error.find(' '));
}

Reason reason_of(std::string_view error, Stage stage) {
  constexpr std::array<std::string_view, 3> auth{"NOAUTH", "WRONGPASS", "NOPERM"};
  for (const std::string_view code : auth) {
    if (code_of(error) == code) return Reason::auth;
  }
  // Redis before 6: "ERR invalid password".
  return stage == Stage::login && code_of(error) == "ERR" ? Reason::auth : Reason::not_ready;
}

/// hiredis' parser with an object model of one reply: its type and its text, or those of its first
/// two elements.
struct Reader {
  Reader() : parser(redisReaderCreateWithFunctions(&functions())) {
    if (parser == nullptr) throw std::bad_alloc();
    parser->privdata = this;
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { redisReaderFree(parser); }

  /// hiredis wants a non-null object; all replies share this one, which it must not free.
  static void* keep(const redisReadTask* task, int type, std::string_view text) {
    auto& reader = *static_cast<Reader*>(task->privdata);
    const bool element = task->parent != nullptr && task->parent->parent == nullptr;
    if (task->parent == nullptr) reader.type = type;
    if (task->parent == nullptr || (element && task->idx == 0)) reader.text = text;
    if (element && task->idx == 1) reader.second = text;
    return &reader;
  }

  static redisReplyObjectFunctions made() {
    redisReplyObjectFunctions to{};
    to.createString = [](const redisReadTask* task, char* text, std::size_t size) {
      return keep(task, task->type, {text, size});
    };
    // An int before hiredis 1.0, a size_t since.
    to.createArray = [](const redisReadTask* task, auto elements) -> void* {
      int depth = 1;
      for (const redisReadTask* outer = task->parent; outer != nullptr; outer = outer->parent)
        ++depth;
      if (depth <= depth_limit && !std::cmp_greater(elements, element_limit))
        return keep(task, task->type, "");
      static_cast<Reader*>(task->privdata)->refused = true;
      return nullptr;
    };
    to.createInteger = [](const redisReadTask* task, long long value) {
      return keep(task, task->type, cat(value));
    };
    to.createNil = [](const redisReadTask* task) { return keep(task, REDIS_REPLY_NIL, ""); };
#if HIREDIS_MAJOR >= 1
    to.createDouble = [](const redisReadTask* task, double, char* text, std::size_t size) {
      return keep(task, task->type, {text, size});
    };
    to.createBool = [](const redisReadTask* task, int value) {
      return keep(task, task->type, value != 0 ? "true" : "false");
    };
#endif
    to.freeObject = [](void*) {};
    return to;
  }
  static redisReplyObjectFunctions& functions() {
    static redisReplyObjectFunctions functions = made();
    return functions;
  }

  redisReader* parser;
  bool refused = false;  ///< an array, which for hiredis is a lack of memory
  int type = 0;
  std::string text;
  std::string second;
};

/// `AUTH`, `SELECT`, `PING`, `CLUSTER INFO` and `ROLE`, as far as the target asks for them, sent in
/// one go; their replies are read in order, and the first that is an error decides. What a server
/// may send is bounded to 64 KiB and to arrays of 1024 elements, four deep.
class RedisExchange : public Exchange {
 public:
  using Exchange::Exchange;

  Step begin() override;
  Step end(bool truncated) override;

 protected:
  struct Command {
    std::string_view name;
    Stage stage;
    std::string_view expected;  ///< empty where the reply is an array
  };

  void add_login(const std::optional<std::string>& user, const std::optional<Secret>& password);
  void add(const std::vector<std::string_view>& words, Command command);
  void expect_reply();
  /// The reply is an array, or ought to be.
  virtual Step judge_array();
  Step unexpected_reply();

  Reader reader_;

 private:
  Step message(std::string_view bytes) override;
  Step judge_reply();
  Step judge_cluster();

  std::vector<Command> replies_;  ///< the commands whose replies are awaited, in their order
  std::size_t current_ = 0;
  std::size_t received_ = 0;
};

Exchange::Step RedisExchange::begin() {
  sends(std::nullopt, "commands not taken");
  const auto& [database, cluster, sentinel] = data_of<RedisTarget>(target_);
  add_login(target_.user, target_.password);
  if (!database.empty()) add({"SELECT", database}, {"SELECT", Stage::query, "OK"});
  add({"PING"}, {"PING", Stage::query, "PONG"});
  if (cluster) add({"CLUSTER", "INFO"}, {"CLUSTER INFO", Stage::query, cluster_up});
  if (target_.options.role != Role::any) add({"ROLE"}, {"ROLE", Stage::query, ""});
  expect_reply();
  return Next::read;
}

void RedisExchange::add_login(const std::optional<std::string>& user,
                              const std::optional<Secret>& password) {
  if (password && user) {
    add({"AUTH", *user, password->reveal()}, {"AUTH", Stage::login, "OK"});
  } else if (password) {
    add({"AUTH", password->reveal()}, {"AUTH", Stage::login, "OK"});
  }
}

void RedisExchange::add(const std::vector<std::string_view>& words, Command command) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* bytes = nullptr;
  const auto size =
      redisFormatCommandArgv(&bytes, static_cast<int>(words.size()), texts.data(), sizes.data());
  if (size < 0) throw std::bad_alloc();
  send({bytes, static_cast<std::size_t>(size)});
  explicit_bzero(bytes, static_cast<std::size_t>(size));
  std::free(bytes);  // NOLINT(*-no-malloc): hiredis' allocation
  replies_.push_back(command);
}

void RedisExchange::expect_reply() {
  expect(replies_[current_].stage, cat("no reply to ", replies_[current_].name));
}

Exchange::Step RedisExchange::message(std::string_view bytes) {
  received_ += bytes.size();
  redisReaderFeed(reader_.parser, bytes.data(), bytes.size());
  while (true) {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_.parser, &reply) != REDIS_OK) {
      if (reader_.parser->err == REDIS_ERR_OOM && !reader_.refused) throw std::bad_alloc();
      return not_mine();
    }
    if (reply == nullptr) {
      if (received_ > message_limit())
        return fail(Reason::protocol, "the answer is larger than 64 KiB");
      return Next::read;
    }
    if (auto judged = judge_reply(); !judged) return judged;
    if (++current_ == replies_.size()) {
      detail_ = "PONG";
      return Next::done;
    }
    expect_reply();
  }
}

Exchange::Step RedisExchange::judge_reply() {
  const Command& command = replies_[current_];
  const std::string_view text = reader_.text;
  if (reader_.type == REDIS_REPLY_ERROR) {
    // Without a login the server's complaint about a missing one is about the login.
    return fail({code_of(text) == "NOAUTH" ? Stage::login : command.stage,
                 reason_of(text, command.stage), excerpt(text, target_, 400), ""});
  }
  if (command.expected.empty()) return judge_array();
  if (reader_.type == REDIS_REPLY_STATUS && text == command.expected) return Next::read;
  if (reader_.type == REDIS_REPLY_STRING && command.expected == cluster_up) return judge_cluster();
  return unexpected_reply();
}

Exchange::Step RedisExchange::unexpected_reply() {
  const bool array = reader_.type == REDIS_REPLY_ARRAY;
  return fail(Reason::protocol,
              cat("unexpected reply to ", replies_[current_].name, ": ",
                  array ? "an array" : cat('"', excerpt(reader_.text, target_, 60), '"')));
}

/// The reply to ROLE begins with `master`, `slave` or `sentinel`.
Exchange::Step RedisExchange::judge_array() {
  if (reader_.type != REDIS_REPLY_ARRAY) return unexpected_reply();
  const CheckOptions& options = target_.options;
  if (reader_.text == (options.role == Role::primary ? "master" : "slave")) return Next::read;
  return fail(wrong_role(options.role_name, excerpt(reader_.text, target_, 60)));
}

/// The reply to CLUSTER INFO has a line `cluster_state:ok` or `cluster_state:fail`, where a node
/// answers to keys with CLUSTERDOWN.
Exchange::Step RedisExchange::judge_cluster() {
  const std::string_view text = reader_.text;
  const std::size_t at = text.find(cluster_up.substr(0, cluster_up.find(':') + 1));
  const std::string_view state = at == std::string_view::npos ? "" : text.substr(at);
  const std::string_view line = state.substr(0, state.find('\r'));
  if (line == cluster_up) return Next::read;
  return fail({Stage::expect, Reason::not_ready,
               cat("wanted ", cluster_up, ", got ", excerpt(line, target_, 60)), ""});
}

Exchange::Step RedisExchange::end(bool /*truncated*/) {
  return fail(Reason::protocol,
              cat("connection closed without a reply to ", replies_[current_].name));
}

/// Asks a Sentinel for the address of a master.
class SentinelExchange final : public RedisExchange {
 public:
  SentinelExchange(const Target& target, Endpoint& found) : RedisExchange(target), found_(found) {}

  Step begin() override {
    const SentinelTarget& sentinel = data_of<RedisTarget>(target_).sentinel;
    sends(std::nullopt, "commands not taken");
    add_login(sentinel.user, sentinel.password);
    add({"SENTINEL", "get-master-addr-by-name", sentinel.master}, {"SENTINEL", Stage::query, ""});
    expect_reply();
    return Next::read;
  }

 private:
  Step judge_array() override {
    if (reader_.type == REDIS_REPLY_NIL)
      return fail(Reason::not_ready,
                  cat("Sentinel knows no master \"",
                      excerpt(data_of<RedisTarget>(target_).sentinel.master, target_, 60), '"'));
    if (reader_.type != REDIS_REPLY_ARRAY) return unexpected_reply();
    const auto port = parse_port(reader_.second);
    if (reader_.text.empty() || has_control_character(reader_.text) || !port)
      return fail(Reason::protocol, cat("not an address: ", excerpt(reader_.text, target_, 60), ' ',
                                        excerpt(reader_.second, target_, 20)));
    found_.host = reader_.text;
    found_.port = *port;
    return Next::read;
  }

  Endpoint& found_;
};

}  // namespace

std::unique_ptr<Exchange> make_sentinel(const Target& target, Endpoint& found) {
  return std::make_unique<SentinelExchange>(target, found);
}

std::unique_ptr<Exchange> make_redis(const Target& target) {
  return std::make_unique<RedisExchange>(target);
}

}  // namespace probe
