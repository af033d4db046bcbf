// Waiting for file descriptors: the one place where a check gives up the thread.
#pragma once

#include "base/clock.hpp"
#include "net/task.hpp"

#include <asio/posix/basic_stream_descriptor.hpp>

#include <span>

namespace probe {

using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

struct Interest {
  Descriptor* descriptor = nullptr;
  Descriptor::wait_type event = Descriptor::wait_read;
  bool ready = false;
  bool failed = false;  ///< of one to write to that is ready: there is an error to be fetched
};

/// Takes over `fd`, which is closed when this system cannot wait for it; throws
/// `asio::system_error` then.
Descriptor own_descriptor(asio::io_context& io, int fd);

/// Waits until a descriptor is ready (its `ready` is set) or `until` has come. That one is ready to
/// be read is a hint, as with select(2); that it is ready to be written to is true. Descriptors
/// stay open. Throws `asio::system_error` (operation_aborted) when the coroutine is cancelled, so
/// that no caller has to tell being cancelled from a result, and where the system fails.
Task<void> wait_any(asio::io_context& io, std::span<Interest> interests,
                    TimePoint until = no_deadline);

/// Waits for one event of one descriptor; true if it came before `until`.
Task<bool> wait_for(asio::io_context& io, Descriptor& descriptor, Descriptor::wait_type event,
                    TimePoint until = no_deadline);

}  // namespace probe
