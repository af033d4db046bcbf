#include "support.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <ctime>

using namespace probe;

namespace {

/// A file of its own, gone at the end.
class Scratch {
 public:
  explicit Scratch(std::string_view text) {
    const int fd = ::mkstemp(path_.data());
    REQUIRE(fd >= 0);
    CHECK(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(fd);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { ::unlink(path_.c_str()); }
  std::string url() const { return "file://" + path_; }

  void modified(std::int64_t seconds_ago) const {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= seconds_ago;
    const std::array<timespec, 2> times{now, now};
    CHECK(::utimensat(AT_FDCWD, path_.c_str(), times.data(), 0) == 0);
  }

 private:
  std::string path_ = "/tmp/probe-file-test-XXXXXX";
};

std::string checked(const std::string& url, CheckOptions options = {}) {
  const Target target = target_of(url, std::move(options));
  asio::io_context io;
  const Trace silent(false);
  Attempt attempt(io, silent, target, no_deadline, "");
  std::string said = "nothing";
  const auto run = [&]() -> Task<void> {
    const Outcome outcome = co_await check(target, attempt);
    said = outcome ? outcome->detail
                   : cat(name(outcome.error().stage), "/", name(outcome.error().reason), ": ",
                         outcome.error().detail);
  };
  asio::co_spawn(io, run, [](const std::exception_ptr&) {});
  io.run();
  return said;
}

CheckOptions no_older_than(Duration age) {
  CheckOptions options;
  options.max_age = age;
  return options;
}

}  // namespace

TEST_CASE("file: the path") {
  CHECK(target_of("file:///a%20b").name == "file:///a%20b");
  CHECK(target_of("file://LOCALHOST/a").name == "file://LOCALHOST/a");
  CHECK(complaint_about("file://host/a").starts_with("it names a host"));
  CHECK(complaint_about("file://a").starts_with("it names a host"));
  CHECK(complaint_about("file://localhost").starts_with("it names no file"));
  CHECK(complaint_about("file:///a?b").starts_with("a ?"));
  CHECK(complaint_about("file:///a b").starts_with("a ?"));
  CHECK(complaint_about("file:///%0").starts_with("its path"));
}

TEST_CASE("file: the time") {
  const Scratch file("ok");
  using std::chrono::seconds;
  CHECK(checked(file.url(), no_older_than(seconds(60))) == "there");
  file.modified(59);
  CHECK(checked(file.url(), no_older_than(seconds(60))) == "there");
  file.modified(61);
  CHECK(checked(file.url(), no_older_than(seconds(60))) ==
        "expect/not_ready: modified 1m1s ago, more than 1m");
  file.modified(-61);
  CHECK(checked(file.url(), no_older_than(seconds(600)))
            .starts_with("expect/not_ready: modified 1m"));
}

TEST_CASE("file: what is in it") {
  const std::string text(1024 * 1024 - 2, 'x');
  CheckOptions options;
  options.expectations.push_back(*Expectation::body("ok"));
  CHECK(checked(Scratch(text + "ok").url(), options) == "there");
  CHECK(checked(Scratch(text + "o").url(), options)
            .starts_with("expect/not_ready: wanted \"ok\" in the file, got \"xxx"));
  CHECK(checked(Scratch(text + "xok").url(), options)
            .starts_with("expect/not_ready: wanted \"ok\" in the first 1 MiB of the file"));
}
