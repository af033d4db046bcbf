// redis, rediss, redis+unix.
#include "protocols/redis.hpp"

#include "base/text.hpp"
#include "net/stream.hpp"
#include "net/task.hpp"
#include "protocols/common.hpp"
#include "protocols/redis_exchange.hpp"

#include <array>
#include <cstdlib>
#include <initializer_list>

namespace probe {
namespace {

/// The first of these query parameters that has a value.
std::string parameter(const Url& url, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    auto value = query_parameter(url.query.value_or(""), name);
    if (value && !value->empty()) return *std::move(value);
  }
  return "";
}

Parsed<std::string> parse_database(const Protocol& protocol, const Url& url) {
  const bool in_path = !is_socket_scheme(protocol.scheme) && url.path.size() > 1;
  std::string text =
      in_path ? std::string(url.path.substr(1)) : parameter(url, {"db", "virtual_host"});
  if (text.empty()) return text;
  const auto number = parse_number(text);
  if (!number || *number > 1'000'000) {
    return usage_error(cat("\"", printable(text), "\" is not the number of a Redis database"));
  }
  return text;
}

/// `?username=` and `?password=`, as redis-py has them: what stands before the `@` goes first.
void add_login(const Url& url, Target& target) {
  const std::string user = parameter(url, {"username"});
  const std::string password = parameter(url, {"password"});
  if (!target.user && !user.empty()) target.user = user;
  if (!target.password && !password.empty()) target.password = Secret(password);
}

}  // namespace

Parsed<Target> parse_redis(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  auto database = parse_database(protocol, *url);
  if (!database) return std::unexpected(database.error());
  target->path = *std::move(database);
  add_login(*url, *target);
  const auto cluster = query_parameter(url->query.value_or(""), "cluster");
  target->cluster = cluster && *cluster != "false" && *cluster != "0";
  if (!target->password) {
    const char* password = std::getenv("REDISCLI_AUTH");
    if (password != nullptr && *password != '\0') target->password = Secret(password);
  }
  if (target->user && !target->password) {
    return usage_error(
        "it has a user but no password: write redis://user:password@host, or "
        "redis://:password@host");
  }
  if (auto secured = secure(*target, ""); !secured) return std::unexpected(secured.error());
  return target;
}

Task<Outcome> check_redis(const Target& target, Attempt& attempt) {
  auto stream = co_await open_stream(target, attempt);
  if (!stream) co_return std::unexpected(stream.error());
  RedisExchange exchange(target);
  attempt.waiting(exchange.stage(), "commands not taken");
  std::expected<void, Failure> sent;
  {
    const Secret commands = exchange.take_commands();
    if (target.password) wipe_stack();
    sent = co_await (*stream)->write_all(commands.reveal(), exchange.stage());
  }
  if (!sent && sent.error().reason == Reason::local) co_return std::unexpected(sent.error());
  std::array<char, 4096> buffer{};
  while (true) {
    attempt.waiting(exchange.stage(), exchange.missing());
    const auto size = co_await (*stream)->read_some(buffer, exchange.stage());
    // In protected mode the server says why and closes before it has read anything.
    if (!size) co_return std::unexpected(sent ? size.error() : sent.error());
    if (*size == 0) co_return std::unexpected(exchange.closed());
    const auto complete = exchange.feed({buffer.data(), *size});
    if (!complete) co_return std::unexpected(complete.error());
    if (*complete) co_return Ready{"PONG"};
  }
}

}  // namespace probe
