// The memory of `operator new` (probe/base/arena.cpp).
#pragma once

namespace probe {

/// For a signal handler that ends the process: from here on `operator new` needs no `malloc`, and
/// `operator delete` does nothing.
void allocate_in_handler() noexcept;

}  // namespace probe
