#include "cli/command_line.hpp"

#include "base/text.hpp"
#include "catch.hpp"
#include "protocols/protocol.hpp"

#include <limits>

using namespace probe;
using namespace std::chrono_literals;

namespace {

Parsed<CommandLine> parse(std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  return parse_command_line(pointers);
}

std::string complaint(const std::vector<std::string>& words) {
  const auto line = parse(words);
  REQUIRE_FALSE(line.has_value());
  return line.error().text;
}

}  // namespace

TEST_CASE("options stand before, between and after targets, in every form") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-t", "5s", "-n", "3", "http://a/", "http://b/"},
        {"http://a/", "--timeout=5s", "http://b/", "--attempts", "3"},
        {"-t5s", "http://a/", "-n3", "--", "http://b/"}}) {
    const auto line = parse(words);
    REQUIRE(line);
    CHECK(line->options.run.timeout == 5s);
    CHECK(line->options.run.attempts == 3);
    REQUIRE(line->targets.size() == 2);
    CHECK(line->targets[1].name == "http://b/");
  }
}

TEST_CASE("short switches can be joined") {
  const auto line = parse({"-vkt1", "https://a/"});
  REQUIRE(line);
  CHECK(line->options.verbose);
  CHECK(line->options.check.insecure);
  CHECK(line->options.run.timeout == 1s);
}

TEST_CASE("a target's fragment has options of its own") {
  const auto line = parse({"--status", "200", "http://a/#status=204&header=X-A:%20b", "http://b/"});
  REQUIRE(line);
  CHECK(line->targets[0].options.status.contains(204));
  CHECK_FALSE(line->targets[0].options.status.contains(200));
  CHECK(line->targets[0].options.headers.at(0).second.reveal() == "b");
  CHECK(line->targets[0].name == "http://a/");
  CHECK_FALSE(line->targets[1].options.status.contains(204));
}

TEST_CASE(":PORT/path is short for localhost") {
  const auto line = parse({":8080/health"});
  REQUIRE(line);
  CHECK(line->targets[0].name == "http://localhost:8080/health");
}

TEST_CASE("successes raise the attempts that are needed") {
  CHECK(parse({"--successes", "3", "tcp://a:1"})->options.run.attempts == 3);
  CHECK(complaint({"--successes", "3", "-n", "2", "tcp://a:1"}) ==
        "--successes 3 cannot be reached in --attempts 2");
}

namespace {
// Not a std::tuple: clang does not compile the comparison by Catch2 3 of one of libstdc++ 14's.
struct Times {
  Duration timeout, attempt_timeout;
  unsigned attempts;
  bool operator==(const Times&) const = default;
};
}  // namespace

TEST_CASE("each time is honoured, and fills in the others") {
  const auto times = [](const std::vector<std::string>& words) {
    const RunOptions run = parse(words)->options.run;
    return Times{run.timeout, run.attempt_timeout, run.attempts};
  };
  constexpr unsigned unlimited = std::numeric_limits<unsigned>::max();
  CHECK(times({"tcp://a:1"}) == Times{3s, 3s, 1U});
  CHECK(times({"-t", "10", "tcp://a:1"}) == Times{10s, 10s, 1U});
  CHECK(times({"-t", "1", "tcp://a:1"}) == Times{1s, 3s, 1U});
  CHECK(times({"--attempt-timeout", "5s", "tcp://a:1"}) == Times{5s, 5s, 1U});
  CHECK(times({"-t", "30", "-n", "3", "tcp://a:1"}) == Times{30s, 10s, 3U});
  CHECK(times({"-t", "30", "-i", "2", "tcp://a:1"}) == Times{30s, 3s, unlimited});
  CHECK(times({"-n", "10", "-i", "5", "tcp://a:1"}) == Times{0s, 3s, 10U});
  CHECK(times({"--successes", "3", "-i", "5", "tcp://a:1"}) == Times{0s, 3s, 3U});
  CHECK(times({"wait", "tcp://a:1"}) == Times{60s, 3s, unlimited});
  CHECK(times({"wait", "-n", "5", "-i", "90", "tcp://a:1"}) == Times{0s, 3s, 5U});
  CHECK(times({"wait", "-t", "0", "tcp://a:1"}) == Times{0s, 3s, unlimited});
}

TEST_CASE("what checks nothing takes no other arguments") {
  CHECK(complaint({"--version", "--nonsense"}) == "--version takes no other arguments");
  CHECK(complaint({"-h", "localhost"})
            .starts_with("-h takes no other arguments; write postgres://localhost"));
  CHECK(parse({"-h"})->command == Command::help);
  CHECK(parse({"wait", "--help"})->command == Command::help);
  CHECK(parse({"install", "-h"})->command == Command::help);
  CHECK(parse({"install", "--help"})->command == Command::help);
  CHECK(parse({"--licenses"})->command == Command::licenses);
}

TEST_CASE("a mistake is named") {
  CHECK(complaint({}).starts_with("no target"));
  CHECK(complaint({"--timout", "3s", "http://a/"}) ==
        "unknown option --timout; did you mean --timeout?");
  CHECK(complaint({"-z", "http://a/"}) == "unknown option -z");
  CHECK(complaint({"-t", "x", "http://a/"}) ==
        "-t: \"x\" is not a duration such as 500ms, 3s or 1m30s");
  CHECK(complaint({"-t", "0", "http://a/"}) ==
        "-t 0 means no deadline, which only probe wait can have");
  CHECK(complaint({"http://a/", "-t"}) == "-t needs a value (DUR)");
  CHECK(complaint({"--quiet=1", "http://a/"}) == "--quiet takes no value");
  CHECK(complaint({"-n", "0", "http://a/"}) ==
        "-n: \"0\" is not a whole number from 1 to 2147483647");
  CHECK(complaint({"-H", "A: b\r\nC: d", "http://a/"}) ==
        "-H: the header \"A\" has a line break in it");
  CHECK(complaint({"-H", "A", "http://a/"}) == "-H: a header is written as \"Name: value\"");
  CHECK(complaint({"-X", "GE T", "http://a/"}) == "-X: \"GE T\" is not an HTTP method");
  CHECK(complaint({"-o", "xml", "http://a/"}) == "-o: \"xml\" is neither text nor json");
  CHECK(complaint({"--cacert", "/no/such", "https://a/"})
            .starts_with("--cacert: cannot read \"/no/such\": "));
  CHECK(complaint({"localhost:8080"}).starts_with("localhost:8080: it is not a URL"));
  CHECK(complaint({"htps://a/"}) == "htps://a/: unknown scheme \"htps\"; did you mean https?");
  CHECK(complaint({"tcp://a"}) == "tcp://a: it names no port, as in tcp://a:8080");
}

TEST_CASE("an unknown scheme is answered with those there are") {
  const std::string said = complaint({"udp://h"});
  for (const Protocol& protocol : protocols()) {
    INFO(protocol.scheme);
    CHECK(said.find(cat(" ", protocol.scheme)) != std::string::npos);
  }
}

TEST_CASE("options that contradict each other or serve no target") {
  CHECK(complaint({"-q", "-v", "http://a/"}) == "-q and -v contradict each other");
  CHECK(complaint({"-q", "-o", "json", "http://a/"}) == "-q and -o json contradict each other");
  CHECK(complaint({"--key", "/proc/self/exe", "https://a/"}) == "--key needs --cert");
  CHECK(complaint({"--status", "200", "redis://a", "tcp://a:1"}) ==
        "--status: no target given can use it");
  CHECK(complaint({"-k", "http://a/"}) == "-k: no target given can use it");
  CHECK(complaint({"http://a/#statsu=200"}) ==
        "http://a/: \"statsu\" in its fragment is not an option of a target; did you mean status?");
  CHECK(complaint({"http://a/#timeout=3"}).find("is an option of the whole run") !=
        std::string::npos);
  CHECK(complaint({"redis://a#status=200"}) ==
        "redis://a: a redis target cannot use \"status\" in its fragment");
  CHECK(complaint({"http://a/#status"}) == "http://a/: \"status\" in its fragment needs a value");
}

TEST_CASE("no complaint repeats a password") {
  for (const char* target : {"http://u:s3cret@a:0/", "postgres://u:s3cret@a:x/",
                             "redis://:s3cret@a/x", "nope://u:s3cret@a/", "u:s3cret@a"}) {
    CHECK(complaint({target}).find("s3cret") == std::string::npos);
  }
}
