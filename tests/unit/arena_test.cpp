#include "base/arena.hpp"

#include "catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

using namespace probe;

namespace {

/// Whether blocks are cut one after the other, without a look at what was given back.
bool cut_in_handler() {
  constexpr std::size_t size = 64;
  allocate_in_handler();
  void* const first = ::operator new(size);
  const auto start = reinterpret_cast<std::uintptr_t>(first);
  ::operator delete(first);
  const bool next = reinterpret_cast<std::uintptr_t>(::operator new(size)) - start == size;
  constexpr std::size_t megabytes = 5;
  for (std::size_t i = 0; i < megabytes * 1024; ++i) std::memset(::operator new(1024), 1, 1024);
  return next;
}

}  // namespace

TEST_CASE("what a signal handler allocates does not come from malloc, with a sanitizer neither") {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(cut_in_handler() ? 0 : 1);
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
}
