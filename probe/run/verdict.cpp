#include "run/verdict.hpp"

#include "base/text.hpp"

#include <asio/system_error.hpp>

#include <cerrno>
#include <new>
#include <utility>

namespace probe {

Outcome inverted(Outcome outcome, bool file) {
  if (outcome) {
    return std::unexpected(Failure{Stage::expect, Reason::not_ready,
                                   cat(file ? "it is " : "it answers: ", outcome->detail), ""});
  }
  if (!means_absence(outcome.error())) return outcome;
  return Ready{cat(file ? "gone: " : "nobody there: ", outcome.error().detail)};
}

Failure failure_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const asio::system_error& failed) {
    return local_failure(failed.code().value());
  } catch (const std::bad_alloc&) {
    return local_failure(ENOMEM);
  }
}

Failure never_begun(bool few_files, bool stopped) {
  return {Stage::run, stopped ? Reason::cancelled : Reason::timeout,
          few_files ? "not started: the limit of open files allows too few at once"
                    : "no attempt was started in time",
          ""};
}

std::vector<Result> all_failed(std::span<const Target> targets, const Failure& failure,
                               unsigned attempts, Duration elapsed) {
  std::vector<Result> results;
  for (const Target& target : targets)
    results.push_back({&target, std::unexpected(failure), attempts, elapsed, elapsed});
  return results;
}

}  // namespace probe
