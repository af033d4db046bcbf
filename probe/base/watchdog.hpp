// Keeps deadlines while a check computes instead of waiting (docs/architecture.md, "Deadlines").
#pragma once

#include "base/clock.hpp"

namespace probe {

/// A check computes from here on; its attempt ends at `deadline`.
void begin_work(TimePoint deadline);

/// It waits from here on, or is done. Returns the deadline, for `begin_work` when it goes on.
TimePoint end_work();

/// Whether the check that computes has passed its deadline: for a loop whose length a peer or a
/// pattern decides, which ends then. False where no check computes.
bool overdue();

/// What ends a run whose deadline has passed while a check computes, in a library whose loops do
/// not ask `overdue`. `action` is called by a signal handler and ends the process. It may use
/// `operator new`, but no `malloc`, whose state may be torn. At most one at a time.
class Watchdog {
 public:
  /// Costs no system call. Does nothing if `deadline` is `no_deadline`.
  Watchdog(TimePoint deadline, void (*action)(void*), void* argument);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  /// Puts SIGALRM and its timer back to what they were.
  ~Watchdog();
};

/// Starts the watchdog's timer: before work whose length a peer decides and that does not ask
/// `overdue`.
void start_watchdog();

}  // namespace probe
