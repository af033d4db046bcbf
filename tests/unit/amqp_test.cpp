#include "protocols/exchange.hpp"
#include "support.hpp"

using namespace probe;
using namespace std::string_literals;

namespace {

std::string sized(std::string_view text, unsigned width) {
  std::string out;
  put_big_endian(out, text.size(), width);
  return out += text;
}

std::string method(unsigned number, std::string_view arguments, unsigned of_class = 10) {
  std::string out("\1\0\0", 3);
  put_big_endian(out, arguments.size() + 4, 4);
  put_big_endian(out, of_class, 2);
  put_big_endian(out, number, 2);
  return cat(out, arguments, '\xce');
}

std::string text_field(std::string_view name, std::string_view value) {
  return cat(sized(name, 1), 'S', sized(value, 4));
}

std::string start(std::string_view properties, std::string_view mechanisms = "AMQPLAIN PLAIN") {
  return method(10,
                cat('\0', '\x09', sized(properties, 4), sized(mechanisms, 4), sized("en_US", 4)));
}

std::string closing(unsigned code, std::string_view text) {
  std::string out;
  put_big_endian(out, code, 2);
  return method(50, cat(out, sized(text, 1), "\0\0\0\0"s));
}

const std::string rabbit =
    start(cat(sized("capabilities", 1), 'F', sized(cat(sized("x", 1), 't', '\1'), 4),
              text_field("product", "RabbitMQ"), text_field("version", "3.10.8")));
const std::string tune = method(30, "\x07\xff\0\2\0\0\0\x3c"s);
const std::string open_ok = method(41, "\0"s);
const std::string close_ok = method(51, "");
const std::string heartbeat = "\x08\0\0\0\0\0\0\xce"s;

std::string answer(std::string_view bytes, std::string_view url = "amqp://h", bool ends = false) {
  return outcome_of(target_of(url), bytes, ends);
}

}  // namespace

TEST_CASE("AMQP: what is sent") {
  const Target target = target_of("amqp://u:p%20w@h/a%2Fb");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  CHECK(exchange->take_output().reveal() == "AMQP\0\0\x09\1"s);
  CHECK(exchange->feed(rabbit).has_value());
  const std::string login = method(
      11, cat("\0\0\0\x4b\x0c"s, "capabilitiesF\0\0\0\x1f\x1c"s, "authentication_failure_closet\1",
              "\x0f", "connection_nameS\0\0\0\5probe"s, "\5PLAIN\0\0\0\6\0u\0p w\5en_US"s));
  CHECK(printable(exchange->take_output().reveal()) == printable(login));
  CHECK(exchange->feed(tune).has_value());
  CHECK(printable(exchange->take_output().reveal()) ==
        printable(method(31, "\x07\xff\0\2\0\0\0\0"s) + method(40, "\3a/b\0\0"s)));
  CHECK(exchange->feed(open_ok).has_value());
  CHECK(exchange->take_output().reveal() == method(50, "\0\xc8\0\0\0\0\0"s));
  CHECK(exchange->feed(close_ok).value() == Exchange::Next::done);
}

TEST_CASE("AMQP: who answers") {
  const std::string rest = tune + open_ok + close_ok;
  CHECK(answer(rabbit + rest) == "RabbitMQ 3.10.8");
  CHECK(answer(start("") + rest) == "AMQP 0-9-1");
  CHECK(answer(start(text_field("product", "LavinMQ")) + rest) == "LavinMQ");
  CHECK(answer(start("\3abc?" + text_field("product", "x")) + rest) == "AMQP 0-9-1");
  CHECK(answer(start("\3abcF\xff\xff\xff\xff") + rest) == "AMQP 0-9-1");
  // A value of each size before the one that is shown.
  std::string all;
  for (const auto& [type, size] :
       {std::pair('V', 0), {'t', 1}, {'U', 2}, {'i', 4}, {'D', 5}, {'T', 8}})
    all += cat("\1x", type, std::string(static_cast<std::size_t>(size), 'S'));
  CHECK(answer(start(all + text_field("product", "x")) + rest) == "x");
}

TEST_CASE("AMQP: tables in tables are not followed") {
  std::string deep;
  for (int i = 0; i < 8000; ++i) deep = cat("\1xF", sized(deep, 4));
  const Target target = target_of("amqp://h");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  CHECK(exchange->feed(start(deep + text_field("product", "x"))).has_value());
  CHECK(exchange->stage() == Stage::login);
}

TEST_CASE("AMQP: what else a server may say meanwhile") {
  const std::string blocked = method(60, "\3mem");
  CHECK(answer(heartbeat + rabbit + heartbeat + tune + heartbeat + blocked + open_ok + blocked +
               method(61, "") + close_ok) == "RabbitMQ 3.10.8");
}

TEST_CASE("AMQP: refusals") {
  CHECK(answer(rabbit + closing(403, "ACCESS_REFUSED - no"), "amqp://u:p@h") ==
        "login/auth 403: ACCESS_REFUSED - no");
  CHECK(
      answer(rabbit + closing(403, "ACCESS_REFUSED - no"))
          .starts_with(
              "login/auth 403: ACCESS_REFUSED - no; the login of a URL without a user is guest's"));
  const std::string in = rabbit + tune;
  CHECK(answer(in + closing(530, "NOT_ALLOWED - vhost x not found"), "amqp://h/x") ==
        "login/not_ready 530: NOT_ALLOWED - vhost x not found");
  CHECK(answer(in + closing(530, "NOT_ALLOWED - access to vhost 'x' refused for user 'u'"),
               "amqp://u:p@h/x") ==
        "login/auth 530: NOT_ALLOWED - access to vhost 'x' refused for user 'u'");
  CHECK(answer(in + closing(530, "vhost  not found"), "amqp://h/")
            .contains("\"\", and amqp://host for \"/\""));
  CHECK(answer(in + closing(541, "INTERNAL_ERROR - vhost 'x' is down")) ==
        "login/not_ready 541: INTERNAL_ERROR - vhost 'x' is down");
  CHECK(answer(start("", "EXTERNAL XPLAIN")) ==
        "login/auth: the server offers no login by PLAIN, but by EXTERNAL XPLAIN");
  CHECK(answer("AMQP\3\1\0\0"s) ==
        "response/protocol: the server speaks AMQP 1-0-0, and not 0-9-1");
}

TEST_CASE("AMQP: a refusal is acknowledged") {
  const Target target = target_of("amqp://h");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  CHECK(exchange->feed(rabbit).has_value());
  (void)exchange->take_output();
  CHECK_FALSE(exchange->feed(closing(403, "no")).has_value());
  CHECK(exchange->take_output().reveal() == method(51, ""));
}

TEST_CASE("AMQP: what breaks off") {
  CHECK(answer(rabbit, "amqp://h", true) ==
        "login/protocol: connection closed with no answer to the login, by which older servers "
        "refuse it");
  CHECK(answer(rabbit + tune, "amqp://h", true) ==
        "login/protocol: connection closed with no answer to Connection.Open");
  CHECK(answer(rabbit + tune + open_ok) == "response: no answer to Connection.Close");
}

TEST_CASE("AMQP: what is not its") {
  constexpr std::string_view foreign = "response/protocol: not an AMQP 0-9-1 answer";
  CHECK(answer("HTTP/1.1 400 Bad Request\r\n").starts_with(foreign));
  CHECK(answer("AMQ?").starts_with(foreign));
  CHECK(answer(method(10, "", 20)).starts_with(foreign));
  CHECK(answer(method(41, "")).starts_with(foreign));
  CHECK(answer(method(10, "\0\x08"s)).starts_with(foreign));
  CHECK(answer(method(10, "\0\x09\0\0\0\x09"s)).starts_with(foreign));
  CHECK(answer("\1\0\0\0\0\0\0\xce"s).starts_with(foreign));
  CHECK(answer(rabbit + method(30, "\0\1"s)).contains("not an AMQP 0-9-1 answer"));
  CHECK(answer("\1\0\0\0\0\0\1xy"s).starts_with(foreign));
  CHECK(answer("\1\0\0\xff\xff\xff\xff"s) == "response/protocol: the answer is larger than 64 KiB");
  CHECK(answer("\1\0\0\0\2\0\0"s) == "response/protocol: the answer is larger than 64 KiB");
}

TEST_CASE("AMQP: virtual hosts") {
  const auto vhost = [](std::string_view url) { return data_of<std::string>(target_of(url)); };
  CHECK(vhost("amqp://h") == "/");
  CHECK(vhost("amqp://h/") == "");
  CHECK(vhost("amqp://h/%2f") == "/");
  CHECK(vhost("amqp://h/a%2Fb?heartbeat=10") == "a/b");
  CHECK(complaint_about("amqp://h//") ==
        "a slash in the name of a virtual host is written as %2F: amqp://host/%2F");
  CHECK(complaint_about("amqp://h/a/b").ends_with("amqp://host/a%2Fb"));
  CHECK(complaint_about(cat("amqp://h/", std::string(256, 'x'))).contains("255"));
  CHECK(complaint_about("amqp://h/%zz").contains("percent-encoded"));
  CHECK(complaint_about("amqp://u@h").contains("needs both"));
  CHECK(complaint_about("amqp://:p@h").contains("needs both"));
}
