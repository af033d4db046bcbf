#include "protocols/exchange.hpp"
#include "support.hpp"

using namespace probe;

namespace {

std::string judge(const Target& target, const std::vector<std::string_view>& pieces) {
  const auto exchange = target.protocol->make(target);
  REQUIRE(exchange->begin().value() == Exchange::Next::read);
  for (const auto piece : pieces) {
    const auto fed = exchange->feed(piece);
    if (!fed)
      return cat(name(exchange->failure().stage), "/", name(exchange->failure().reason), ": ",
                 exchange->failure().detail);
    if (*fed == Exchange::Next::done) return exchange->outcome()->detail;
  }
  return cat(name(exchange->stage()), ": ", exchange->awaited());
}

std::string answer(std::string_view bytes, std::string_view url = "redis://h") {
  const Target target = target_of(url);
  return at_every_split(bytes, [&](const auto& pieces) { return judge(target, pieces); });
}

std::string commands(std::string_view url) {
  const Target target = target_of(url);
  const auto exchange = target.protocol->make(target);
  REQUIRE(exchange->begin().value() == Exchange::Next::read);
  return exchange->take_output().reveal();
}

}  // namespace

TEST_CASE("Redis: the commands that a URL asks for") {
  CHECK(commands("redis://h") == "*1\r\n$4\r\nPING\r\n");
  CHECK(commands("redis://:pw@h/2") ==
        "*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n2\r\n*1\r\n$4\r\nPING\r\n");
  CHECK(commands("redis://u:p%20w@h").starts_with("*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$3\r\np w\r\n"));
  CHECK(commands("redis+unix:///run/r.sock?db=7").find("$6\r\nSELECT\r\n$1\r\n7\r\n") !=
        std::string::npos);
}

TEST_CASE("Redis: only PONG is ready") {
  CHECK(answer("+PONG\r\n") == "PONG");
  CHECK(answer("+OK\r\n+OK\r\n+PONG\r\n", "redis://:pw@h/2") == "PONG");
  CHECK(answer("+OK\r\n") == "query/protocol: unexpected reply to PING: \"OK\"");
  CHECK(answer(":1\r\n") == "query/protocol: unexpected reply to PING: \"1\"");
  CHECK(answer("$-1\r\n") == "query/protocol: unexpected reply to PING: \"\"");
  CHECK(answer("*1\r\n$4\r\nPONG\r\n") == "query/protocol: unexpected reply to PING: an array");
}

TEST_CASE("Redis: an error is not ready, in the server's words") {
  CHECK(answer("-NOAUTH Authentication required.\r\n") ==
        "login/auth: NOAUTH Authentication required.");
  CHECK(answer("-WRONGPASS bad\r\n", "redis://:x@h") == "login/auth: WRONGPASS bad");
  CHECK(answer("-ERR invalid password\r\n", "redis://:x@h") == "login/auth: ERR invalid password");
  CHECK(answer("+OK\r\n-NOPERM no\r\n", "redis://u:x@h") == "query/auth: NOPERM no");
  CHECK(answer("-LOADING Redis is loading\r\n") == "query/not_ready: LOADING Redis is loading");
  CHECK(answer("-MASTERDOWN Link\r\n") == "query/not_ready: MASTERDOWN Link");
  CHECK(answer("-DENIED Redis is running in protected mode\r\n")
            .starts_with("query/not_ready: DENIED"));
  CHECK(answer("-ERR DB index is out of range\r\n", "redis://h/99") ==
        "query/not_ready: ERR DB index is out of range");
}

TEST_CASE("Redis: what is awaited") {
  CHECK(answer("+PO") == "query: no reply to PING");
  const Target target = target_of("redis://:x@h/1");
  CHECK(judge(target, {}) == "login: no reply to AUTH");
  CHECK(judge(target, {"+OK\r\n"}) == "query: no reply to SELECT");
  const auto exchange = target.protocol->make(target);
  REQUIRE(exchange->begin().value() == Exchange::Next::read);
  CHECK_FALSE(exchange->end(false).has_value());
  CHECK(exchange->failure().detail == "connection closed without a reply to AUTH");
}

TEST_CASE("Redis: what is no Redis is shown") {
  const Target target = target_of("redis://h");
  CHECK(judge(target, {"HTTP/1.1 400 Bad Request\r\n"}) ==
        "query/protocol: not a Redis answer: \"HTTP/1.1 400 Bad Request\\r\\n\"; is it http://?");
}

TEST_CASE("Redis: what a server sends is bounded") {
  const Target target = target_of("redis://h");
  CHECK(judge(target, {"*2000000000\r\n"}).starts_with("query/protocol: not a Redis answer"));
  const std::string chunk(16 * 1024, 'x');
  CHECK(judge(target, {"$500000000\r\n", chunk, chunk, chunk, chunk, chunk}) ==
        "query/protocol: the answer is larger than 64 KiB");
  const auto nested = [&](int depth) {
    std::string bytes;
    while (depth-- > 0) bytes += "*1\r\n";
    return judge(target, {bytes});
  };
  CHECK(nested(4) == "query: no reply to PING");
  CHECK(nested(5).starts_with("query/protocol: not a Redis answer"));
  CHECK(nested(20'000).starts_with("query/protocol: not a Redis answer"));
}

TEST_CASE("Redis: bad targets are named") {
  CHECK(complaint_about("redis://h/x") == "\"x\" is not the number of a Redis database");
  CHECK(complaint_about("redis://pw@h").starts_with("it has a user but no password"));
  CHECK(complaint_about("redis+unix://").starts_with("it names no socket"));
}

TEST_CASE("Redis: the role that is asked for") {
  const auto role = [](Role wanted, std::string_view reply) {
    CheckOptions options;
    options.role = wanted;
    options.role_name = wanted == Role::primary ? "primary" : "standby";
    const Target target = target_of("redis://h", options);
    const std::string bytes = cat("+PONG\r\n", reply);
    return at_every_split(bytes, [&](const auto& pieces) { return judge(target, pieces); });
  };
  constexpr std::string_view master =
      "*3\r\n$6\r\nmaster\r\n:3129659\r\n*2\r\n*3\r\n$9\r\n127.0.0.1\r\n$4\r\n9001\r\n$1\r\n1\r\n"
      "*3\r\n$9\r\n127.0.0.1\r\n$4\r\n9002\r\n$1\r\n2\r\n";
  constexpr std::string_view slave =
      "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:9000\r\n$9\r\nconnected\r\n:3167038\r\n";
  CHECK(role(Role::primary, master) == "PONG");
  CHECK(role(Role::standby, slave) == "PONG");
  CHECK(role(Role::primary, slave) == "expect/not_ready: wanted a primary, got a slave");
  CHECK(role(Role::standby, master) == "expect/not_ready: wanted a standby, got a master");
  CHECK(role(Role::primary, "*2\r\n$8\r\nsentinel\r\n*0\r\n") ==
        "expect/not_ready: wanted a primary, got a sentinel");
  CHECK(role(Role::primary, "*0\r\n") == "expect/not_ready: wanted a primary, got a ");
  CHECK(role(Role::primary, "-NOPERM no\r\n") == "query/auth: NOPERM no");
  CHECK(role(Role::primary, "+master\r\n") ==
        "query/protocol: unexpected reply to ROLE: \"master\"");
  CHECK(role(Role::primary, "") == "query: no reply to ROLE");
}

TEST_CASE("Redis: user and password as parameters") {
  constexpr std::string_view both =
      "*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$3\r\np w\r\n*1\r\n$4\r\nPING\r\n";
  CHECK(commands("redis://h?username=u&password=p%20w") == both);
  CHECK(commands("redis://u@h?password=p%20w") == both);
  CHECK(commands("redis://:p%20w@h?username=u&password=other") == both);
  CHECK(target_of("redis://h/1?password=secret").name == "redis://h/1?password=***");
}

TEST_CASE("Redis: other names of the schemes") {
  CHECK(commands("valkey://:pw@h/2") == commands("redis://:pw@h/2"));
  const Target target = target_of("redis+socket:///run/redis.sock?virtual_host=2");
  CHECK(target.endpoints.front().socket == "/run/redis.sock");
  CHECK(commands("redis+socket:///run/redis.sock?virtual_host=2") == commands("redis://h/2"));
}

TEST_CASE("Redis: the cluster's state") {
  const auto with = [](std::string_view reply) {
    return answer(cat("+PONG\r\n", reply), "redis://h?cluster");
  };
  CHECK(commands("redis://h?cluster") ==
        "*1\r\n$4\r\nPING\r\n*2\r\n$7\r\nCLUSTER\r\n$4\r\nINFO\r\n");
  CHECK(commands("redis://h?cluster=false") == "*1\r\n$4\r\nPING\r\n");
  CHECK(with("$38\r\ncluster_state:ok\r\ncluster_slots_ok:0\r\n\r\n") == "PONG");
  CHECK(with("$20\r\ncluster_state:fail\r\n\r\n") ==
        "expect/not_ready: wanted cluster_state:ok, got cluster_state:fail");
  CHECK(with("$2\r\nno\r\n") == "expect/not_ready: wanted cluster_state:ok, got ");
  CHECK(with("+cluster_state:ok\r\n") == "PONG");
  CHECK(with("-ERR This instance has cluster support disabled\r\n") ==
        "query/not_ready: ERR This instance has cluster support disabled");
}
