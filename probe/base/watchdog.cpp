#include "base/watchdog.hpp"

#include "base/arena.hpp"

#include <sys/time.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace probe {
namespace {

/// How long after the deadline the event loop may take to end the run by itself.
constexpr std::chrono::milliseconds grace{50};
/// How long until the next look, should no check compute at that moment.
constexpr suseconds_t next_look_microseconds = 20'000;

/// What the signal handler reads.
struct State {
  TimePoint work = no_deadline;
  TimePoint end = no_deadline;
  void (*action)(void*) = nullptr;
  void* argument = nullptr;
  struct sigaction before = {};
  bool started = false;
  bool acting = false;
};

State& state() {
  static constinit State one{};
  return one;
}

void on_alarm(int /*signal*/) {
  // Where no check computes, the event loop is about to end the run.
  if (state().work == no_deadline || state().acting || Clock::now() < state().end) return;
  state().acting = true;
  allocate_in_handler();
  state().action(state().argument);
}

}  // namespace

void begin_work(TimePoint deadline) {
  state().work = deadline;
}

TimePoint end_work() {
  return std::exchange(state().work, no_deadline);
}

bool overdue() {
  return state().work != no_deadline && Clock::now() >= state().work;
}

Watchdog::Watchdog(TimePoint deadline, void (*action)(void*), void* argument) {
  state().end = deadline;
  state().action = action;
  state().argument = argument;
}

Watchdog::~Watchdog() {
  state().end = no_deadline;
  if (!state().started) return;
  state().started = false;
  const itimerval off{};
  // The default action would end the process, should the timer still run.
  if (::setitimer(ITIMER_REAL, &off, nullptr) == 0) ::sigaction(SIGALRM, &state().before, nullptr);
}

void start_watchdog() {
  if (state().started || state().end == no_deadline) return;
  struct sigaction action = {};
  action.sa_handler = on_alarm;
  action.sa_flags = SA_RESTART;
  if (::sigaction(SIGALRM, &action, &state().before) != 0) return;
  state().started = true;
  const auto left = std::chrono::duration_cast<Duration>(state().end - Clock::now()) + grace;
  const auto us = std::max<Duration::rep>(left.count(), 1);
  constexpr Duration::rep second = 1'000'000;
  const itimerval timer{
      .it_interval = {0, next_look_microseconds},
      .it_value = {static_cast<time_t>(us / second), static_cast<suseconds_t>(us % second)}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace probe
