#include "run/verdict.hpp"

#include "catch.hpp"

#include <asio/error.hpp>
#include <asio/system_error.hpp>

#include <cerrno>
#include <new>
#include <stdexcept>

using namespace probe;

TEST_CASE("--not: ready only at what means that nobody is there") {
  const auto ready = [](Stage stage, Reason reason) {
    return inverted(std::unexpected(Failure{stage, reason, "", ""})).has_value();
  };
  CHECK(ready(Stage::connect, Reason::refused));
  CHECK(ready(Stage::connect, Reason::unreachable));
  CHECK(ready(Stage::connect, Reason::timeout));
  CHECK(ready(Stage::resolve, Reason::unreachable));
  CHECK_FALSE(ready(Stage::resolve, Reason::timeout));
  CHECK_FALSE(ready(Stage::resolve, Reason::not_ready));
  CHECK_FALSE(ready(Stage::connect, Reason::not_ready));
  CHECK_FALSE(ready(Stage::connect, Reason::auth));
  CHECK_FALSE(ready(Stage::run, Reason::local));
  CHECK_FALSE(ready(Stage::run, Reason::timeout));
  CHECK_FALSE(ready(Stage::response, Reason::timeout));
  CHECK_FALSE(inverted(Ready{"connected"}).has_value());
}

TEST_CASE("what this system fails at is a failure, a mistake of ours is not") {
  const auto failure = [](const auto& error) { return failure_of(std::make_exception_ptr(error)); };
  const Failure files =
      failure(asio::system_error(EMFILE, asio::error::get_system_category(), "assign"));
  CHECK(files.stage == Stage::run);
  CHECK(files.reason == Reason::local);
  CHECK(files.detail == "Too many open files");
  CHECK(failure(std::bad_alloc()).reason == Reason::local);
  CHECK_THROWS_AS(failure(std::logic_error("mistake")), std::logic_error);
}

TEST_CASE("a target that had no attempt has a failure that says why") {
  CHECK(never_begun(true, false).detail.starts_with("not started"));
  CHECK(never_begun(false, false).detail == "no attempt was started in time");
  CHECK(never_begun(false, false).stage == Stage::run);
  CHECK(never_begun(false, false).reason == Reason::timeout);
  CHECK(never_begun(false, true).reason == Reason::cancelled);
}
