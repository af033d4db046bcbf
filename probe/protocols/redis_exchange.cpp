#include "protocols/redis_exchange.hpp"

#include "base/text.hpp"
#include "protocols/common.hpp"

#include <hiredis/hiredis.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <new>

namespace probe {
namespace {

constexpr std::size_t byte_limit = std::size_t{64} * 1024;
constexpr int element_limit = 1024;
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

}  // namespace

/// hiredis' parser with an object model of one reply: its type and its text, or that of its first
/// element.
struct RedisExchange::Reader {
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
    const bool first_element =
        task->parent != nullptr && task->parent->parent == nullptr && task->idx == 0;
    if (task->parent == nullptr) reader.type = type;
    if (task->parent == nullptr || first_element) reader.text = text;
    return &reader;
  }

  static redisReplyObjectFunctions made() {
    redisReplyObjectFunctions to{};
    to.createString = [](const redisReadTask* task, char* text, std::size_t size) {
      return keep(task, task->type, {text, size});
    };
    // An int before hiredis 1.0, a size_t since.
    to.createArray = [](const redisReadTask* task, auto elements) -> void* {
      if (!std::cmp_greater(elements, element_limit)) return keep(task, task->type, "");
      static_cast<Reader*>(task->privdata)->refused = true;
      return nullptr;
    };
    to.createInteger = [](const redisReadTask* task, long long value) {
      return keep(task, task->type, cat(value));
    };
    to.createNil = [](const redisReadTask* task) { return keep(task, task->type, ""); };
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
};

RedisExchange::RedisExchange(const Target& target)
    : target_(target),
      role_(target.options.role),
      role_name_(target.options.role_name),
      reader_(std::make_unique<Reader>()) {
  if (target.password && target.user) {
    add({"AUTH", *target.user, target.password->reveal()}, {"AUTH", Stage::login, "OK"});
  } else if (target.password) {
    add({"AUTH", target.password->reveal()}, {"AUTH", Stage::login, "OK"});
  }
  if (!target.path.empty()) add({"SELECT", target.path}, {"SELECT", Stage::query, "OK"});
  add({"PING"}, {"PING", Stage::query, "PONG"});
  if (target.cluster) add({"CLUSTER", "INFO"}, {"CLUSTER INFO", Stage::query, cluster_up});
  if (role_ != Role::any) add({"ROLE"}, {"ROLE", Stage::query, ""});
}
RedisExchange::~RedisExchange() = default;

void RedisExchange::add(const std::vector<std::string_view>& words, Step step) {
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
  commands_ = Secret(commands_.reveal() + std::string(bytes, static_cast<std::size_t>(size)));
  explicit_bzero(bytes, static_cast<std::size_t>(size));
  std::free(bytes);  // NOLINT(*-no-malloc): hiredis' allocation
  steps_.push_back(step);
}

std::expected<bool, Failure> RedisExchange::feed(std::string_view bytes) {
  constexpr std::size_t enough = 4096;
  beginning_ += bytes.substr(0, enough - std::min(enough, beginning_.size()));
  received_ += bytes.size();
  const auto broken = [&](std::string detail) {
    return std::unexpected(Failure{stage(), Reason::protocol, std::move(detail), ""});
  };
  redisReaderFeed(reader_->parser, bytes.data(), bytes.size());
  while (step_ < steps_.size()) {
    void* reply = nullptr;
    if (redisReaderGetReply(reader_->parser, &reply) != REDIS_OK) {
      if (reader_->parser->err == REDIS_ERR_OOM && !reader_->refused) throw std::bad_alloc();
      return broken(cat("not a Redis answer: \"", excerpt(beginning_, target_, 60), '"',
                        beginning_.starts_with("HTTP/") ? "; is it http://?" : ""));
    }
    if (reply == nullptr) {
      if (received_ > byte_limit) return broken("the answer is larger than 64 KiB");
      return false;
    }
    if (auto judged = judge(); !judged) return std::unexpected(judged.error());
    ++step_;
  }
  return true;
}

std::expected<void, Failure> RedisExchange::judge() {
  const Step& step = steps_[step_];
  const std::string_view text = reader_->text;
  if (reader_->type == REDIS_REPLY_ERROR) {
    // Without a login the server's complaint about a missing one is about the login.
    const bool unauthenticated = code_of(text) == "NOAUTH";
    return std::unexpected(Failure{unauthenticated ? Stage::login : step.stage,
                                   reason_of(text, step.stage), excerpt(text, target_, 400), ""});
  }
  const bool array = reader_->type == REDIS_REPLY_ARRAY;
  if (step.expected.empty() && array) return judge_role();
  if (reader_->type == REDIS_REPLY_STATUS && text == step.expected) return {};
  if (reader_->type == REDIS_REPLY_STRING && step.expected == cluster_up) return judge_cluster();
  return std::unexpected(
      Failure{step.stage, Reason::protocol,
              cat("unexpected reply to ", step.command, ": ",
                  array ? "an array" : cat('"', excerpt(text, target_, 60), '"')),
              ""});
}

/// The reply to ROLE begins with `master`, `slave` or `sentinel`.
std::expected<void, Failure> RedisExchange::judge_role() const {
  if (reader_->text == (role_ == Role::primary ? "master" : "slave")) return {};
  return std::unexpected(wrong_role(role_name_, excerpt(reader_->text, target_, 60)));
}

/// The reply to CLUSTER INFO has a line `cluster_state:ok` or `cluster_state:fail`, where a node
/// answers to keys with CLUSTERDOWN.
std::expected<void, Failure> RedisExchange::judge_cluster() const {
  const std::string_view text = reader_->text;
  const std::size_t at = text.find(cluster_up.substr(0, cluster_up.find(':') + 1));
  const std::string_view state = at == std::string_view::npos ? "" : text.substr(at);
  const std::string_view line = state.substr(0, state.find('\r'));
  if (line == cluster_up) return {};
  return std::unexpected(Failure{Stage::expect, Reason::not_ready,
                                 cat("wanted ", cluster_up, ", got ", excerpt(line, target_, 60)),
                                 ""});
}

Stage RedisExchange::stage() const {
  return steps_[step_].stage;
}

std::string RedisExchange::missing() const {
  return cat("no reply to ", steps_[step_].command);
}

Failure RedisExchange::closed() const {
  return {stage(), Reason::protocol,
          cat("connection closed without a reply to ", steps_[step_].command), ""};
}

}  // namespace probe
