// redis, rediss, redis+unix, redis+sentinel, valkey.
#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/redis/exchange.hpp"

#include <algorithm>
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

/// Of the path `/master/database`, what stands behind the name.
std::string_view after_master(std::string_view path) {
  return path.substr(std::min(path.size(), path.find('/', 1)));
}

/// The name of the master, and the login to Sentinel, which is not that to the master.
Parsed<SentinelTarget> parse_sentinel(const Protocol& protocol, const Url& url, Target& target) {
  if (protocol.check != check_sentinel) return SentinelTarget{};
  const std::string_view path = url.path;
  const auto name = percent_decode(
      path.substr(std::min<std::size_t>(1, path.size()),
                  path.size() - after_master(path).size() - std::min<std::size_t>(1, path.size())));
  if (!name) return usage_error("the name of its master is not percent-encoded as it should be");
  if (name->empty())
    return usage_error("it names no master, as in redis+sentinel://host:26379/mymaster");
  SentinelTarget sentinel{.master = *name, .user = {}, .password = {}};
  const std::string user = parameter(url, {"sentinel_username"});
  const std::string password = parameter(url, {"sentinel_password"});
  if (!user.empty() && password.empty())
    return usage_error("it has a sentinel_username but no sentinel_password");
  if (!user.empty()) sentinel.user = user;
  if (!password.empty()) {
    sentinel.password = Secret(password);
    target.secrets.push_back(*sentinel.password);
  }
  return sentinel;
}

Parsed<std::string> parse_database(const Protocol& protocol, const Url& url) {
  std::string_view path = protocol.socket == SocketPath::none ? url.path : "";
  if (protocol.check == check_sentinel) path = after_master(path);
  std::string text =
      path.size() > 1 ? std::string(path.substr(1)) : parameter(url, {"db", "virtual_host"});
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

/// `redis://[[user]:password@]host[:port][/database]` (the scheme's registration with IANA), also
/// with redis-py's parameters; over a Unix socket with the database as `?db=`; behind a Sentinel as
/// `redis+sentinel://[[user]:password@]sentinel[:port]/master[/database]`.
Parsed<Target> parse_redis(const Protocol& protocol, std::string_view text, CheckOptions options) {
  auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  auto sentinel = parse_sentinel(protocol, *url, *target);
  if (!sentinel) return std::unexpected(sentinel.error());
  auto database = parse_database(protocol, *url);
  if (!database) return std::unexpected(database.error());
  add_login(*url, *target);
  const auto cluster = query_parameter(url->query.value_or(""), "cluster");
  target->data = std::make_shared<RedisTarget>(*std::move(database),
                                               cluster && *cluster != "false" && *cluster != "0",
                                               *std::move(sentinel));
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

/// Asks a Sentinel for the master, and then the master itself, which has to say that it is one:
/// after a failover a Sentinel may still name the old one (Redis, "Guidelines for Redis clients").
Task<Outcome> check_sentinel(const Target& target, Attempt& attempt) {
  Target master = target;
  const auto sentinel = std::shared_ptr(make_sentinel(target, master.endpoints.front()));
  if (auto asked = co_await converse(target, sentinel, attempt); !asked)
    co_return std::unexpected(asked.error());
  const Endpoint& found = master.endpoints.front();
  const std::string where = cat(excerpt(found.host, target, 60), ':', found.port);
  attempt.note(Stage::query, cat(excerpt(data_of<RedisTarget>(target).sentinel.master, target, 60),
                                 " is ", where));
  master.options.role = Role::primary;
  master.options.role_name = "primary";
  const auto exchange = std::shared_ptr(make_redis(master));
  auto conversed = co_await converse(master, exchange, attempt);
  if (conversed) co_return Ready{cat("PONG from ", where)};
  if (conversed.error().address.empty()) conversed.error().address = where;
  co_return std::unexpected(conversed.error());
}

}  // namespace probe
