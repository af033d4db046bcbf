// operator new for a process that lives for a millisecond: the first blocks are cut from a static
// buffer, since a page that musl's malloc gets from the kernel costs more than all that is done
// with it. And memory that is given back is overwritten, whatever was in it: texts that hold a
// password are built, copied and dropped all over the place, here and in libraries. While the
// watchdog acts, all blocks are cut from a buffer of their own, since what the watchdog has
// interrupted may be malloc. With a sanitizer all other blocks are malloc's, so that it sees each.
#include "base/arena.hpp"

#include <malloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>

#ifdef PROBE_WRAPS_FREE
// The linker gives us the libraries' calls of free (ld, --wrap).
extern "C" void __real_free(void* block);  // NOLINT(*-reserved-identifier,cert-dcl*)
#else
#define __real_free std::free  // NOLINT(*-reserved-identifier,cert-dcl*)
#endif

// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables,cppcoreguidelines-no-malloc): an
// allocator

namespace {

constexpr std::size_t alignment = alignof(std::max_align_t);
#ifdef PROBE_SANITIZED
constexpr std::size_t capacity = 0;
#else
constexpr std::size_t capacity = std::size_t{32} * 1024;
#endif

alignas(alignment) constinit std::byte buffer[std::max(capacity, alignment)];
constinit std::size_t used = 0;
/// Where the last block starts; it alone can be given back.
constinit std::size_t last = 0;

constexpr std::size_t chunk_size = std::size_t{1024} * 1024;  // untouched, it costs nothing
alignas(alignment) constinit std::byte first_chunk[chunk_size];
constinit std::span<std::byte> chunk{first_chunk};
constinit bool in_handler = false;

/// What is said of thousands of targets needs more than the first chunk.
void* allocate_last(std::size_t size) {
  if (size > chunk.size()) {
    const std::size_t more = std::max(size, chunk_size);
    void* const pages =
        ::mmap(nullptr, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) std::abort();
    chunk = {static_cast<std::byte*>(pages), more};
  }
  void* const block = chunk.data();
  chunk = chunk.subspan(size);
  return block;
}

bool is_ours(const void* block) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const auto start = reinterpret_cast<std::uintptr_t>(buffer);
  return address >= start && address < start + capacity;
}

/// A large block is a buffer for input, or has what is secret at its beginning; the rest of its
/// pages may never have been touched.
void wipe_and_free(void* block) {
  constexpr std::size_t most = 4096;
  if (block != nullptr) explicit_bzero(block, std::min(::malloc_usable_size(block), most));
  __real_free(block);
}

}  // namespace

#ifdef PROBE_WRAPS_FREE
extern "C" void __wrap_free(void* block) {  // NOLINT(*-reserved-identifier,cert-dcl*)
  wipe_and_free(block);
}
#endif

void probe::allocate_in_handler() noexcept {
  in_handler = true;
}

void* operator new(std::size_t size) {
  if (size == 0) size = 1;
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  if (in_handler) return allocate_last(rounded);
  if (rounded >= size && rounded <= capacity - used) {
    last = used;
    used += rounded;
    return buffer + last;
  }
  void* block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void operator delete(void* block) noexcept {
  if (in_handler) return;
  if (!is_ours(block)) {
    wipe_and_free(block);
  } else if (block == buffer + last) {
    explicit_bzero(block, used - last);
    used = last;
  }
}

void operator delete(void* block, std::size_t size) noexcept {
  if (is_ours(block)) explicit_bzero(block, size);
  operator delete(block);
}

#ifdef PROBE_SANITIZED
// A sanitizer's own of these would not come here, as those of the library do.
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept try {
  return operator new(size);
} catch (const std::bad_alloc&) {
  return nullptr;
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void operator delete[](void* block) noexcept {
  operator delete(block);
}
void operator delete[](void* block, std::size_t size) noexcept {
  operator delete(block, size);
}
#endif

// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables,cppcoreguidelines-no-malloc)
