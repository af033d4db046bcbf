#include "base/arena.hpp"

#include "catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <new>

using namespace probe;

namespace {

/// Whether blocks are cut one after the other, without a look at what was given back.
bool cut_in_handler() {
  constexpr std::size_t size = 64;
  allocate_in_handler();
  void* const block = ::operator new(size);
  const auto first = reinterpret_cast<std::uintptr_t>(block);
  ::operator delete(block);
  return reinterpret_cast<std::uintptr_t>(::operator new(size)) - first == size;
}

}  // namespace

TEST_CASE("what a signal handler allocates does not come from malloc, with a sanitizer neither") {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(cut_in_handler() ? 0 : 1);
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
