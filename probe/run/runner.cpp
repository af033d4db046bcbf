#include "run/runner.hpp"

#include "base/text.hpp"
#include "protocols/protocol.hpp"
#include "run/retry.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_error.hpp>
#include <asio/use_awaitable.hpp>

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <list>
#include <optional>

namespace probe {
namespace {

/// How long before the deadline the last attempt starts, should the pause have reached beyond it.
constexpr std::chrono::milliseconds last_chance{100};

/// For `--not`: that nobody answers there is what is wanted. Any other failure shows that somebody
/// does, or shows nothing.
Outcome inverted(Outcome outcome) {
  if (outcome) {
    return std::unexpected(
        Failure{Stage::expect, Reason::not_ready, cat("it answers: ", outcome->detail), ""});
  }
  const Failure& failure = outcome.error();
  const bool silent = failure.reason == Reason::timeout && failure.stage == Stage::connect;
  const bool nobody = failure.reason == Reason::refused || failure.reason == Reason::unreachable;
  const bool early = failure.stage == Stage::connect || failure.stage == Stage::resolve;
  if (silent || (nobody && early)) return Ready{cat("nobody there: ", failure.detail)};
  return outcome;
}

class Run {
 public:
  Run(std::span<const Target> targets, const RunOptions& options, const Trace& trace,
      Listener* listener)
      : options_(options),
        trace_(trace),
        listener_(listener),
        started_(Clock::now()),
        deadline_(options.timeout == Duration::zero() ? no_deadline : started_ + options.timeout) {
    for (const Target& target : targets) watches_.emplace_back(io_, target);
  }

  std::vector<Result> results() {
    for (Watch& watch : watches_) start(observe(watch));
    if (listener_ != nullptr && listener_->tick_interval > Duration::zero()) start(tick());
    io_.run();
    std::vector<Result> results;
    for (Watch& watch : watches_) results.push_back(std::move(watch.result));
    return results;
  }

 private:
  /// What an attempt, running as a coroutine of its own, leaves behind.
  struct Ended {
    std::optional<Outcome> outcome;
    std::exception_ptr error;
    bool done = false;
    bool expired = false;
  };

  /// One target and what can end its waiting. Handlers may run late, so they refer to this, not to
  /// a frame.
  struct Watch {
    Watch(asio::io_context& io, const Target& target) : timer(io), deadline(io) {
      result.target = &target;
    }
    asio::steady_timer timer;  ///< ends a pause, or tells that an attempt is done
    asio::steady_timer deadline;
    asio::cancellation_signal cancel;
    Ended ended;
    Result result;
    std::string told;  ///< the state that the listener was last told
  };

  asio::awaitable<void> observe(Watch& watch) {
    Result& result = watch.result;
    Backoff backoff(options_.interval, options_.max_interval, options_.attempts_per_pause,
                    Random(seed(watch)));
    unsigned in_a_row = 0;
    while (!stopped_) {
      ++result.attempts;
      co_await attempt(watch);
      result.total = since(started_);
      in_a_row = result.outcome ? in_a_row + 1 : 0;
      const bool ready = in_a_row >= options_.successes;
      if (ready || !result.outcome) tell(watch);
      if (ready) co_return;
      if (!result.outcome && options_.fail_fast && permanent(result.outcome.error().reason)) stop();
      const TimePoint now = Clock::now();
      TimePoint next = now + backoff.pause();
      if (next >= deadline_) next = deadline_ - last_chance;
      if (stopped_ || result.attempts >= options_.attempts || next < now) break;
      asio::error_code stopped;
      watch.timer.expires_at(next);
      co_await watch.timer.async_wait(asio::redirect_error(asio::use_awaitable, stopped));
    }
    if (result.outcome && in_a_row < options_.successes) {
      result.outcome = std::unexpected(
          Failure{Stage::expect, Reason::not_ready,
                  cat("ready ", in_a_row, " of ", options_.successes, " times in a row"), ""});
    }
  }

  void start(asio::awaitable<void> work) {
    ++running_;
    asio::co_spawn(io_, std::move(work), [this](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
      if (--running_ == 1) ticker_.cancel();  // which is the last one, if there is one
    });
  }

  asio::awaitable<void> tick() {
    while (running_ > 1) {
      ticker_.expires_after(listener_->tick_interval);
      asio::error_code cancelled;
      co_await ticker_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
      if (!cancelled) listener_->tick();
    }
  }

  /// Tells the listener if the state is another one than the last time.
  void tell(Watch& watch) {
    if (listener_ == nullptr) return;
    const Outcome& outcome = watch.result.outcome;
    std::string state = outcome ? "ready"
                                : cat(name(outcome.error().stage), outcome.error().detail,
                                      outcome.error().code, outcome.error().address);
    if (state == watch.told) return;
    watch.told = std::move(state);
    listener_->changed(watch.result);
  }

  asio::awaitable<void> attempt(Watch& watch) {
    Result& result = watch.result;
    const TimePoint begun = Clock::now();
    const TimePoint deadline = std::min(deadline_, begun + options_.attempt_timeout);
    Attempt attempt(io_, trace_, *result.target, deadline, bound(begun, result.attempts));
    if (trace_.enabled()) trace_.line(cat(result.target->name, "  attempt ", result.attempts));
    co_await until_done(watch, attempt);
    result.elapsed = since(begun);
    Outcome outcome = conclude(watch.ended, attempt);
    std::string& detail = outcome ? outcome->detail : outcome.error().detail;
    detail = conceal(std::move(detail), *result.target);
    // An attempt cut short by the end of the run says less than the whole one before it.
    const bool cut = watch.ended.expired && deadline == deadline_;
    if (!outcome && cut && result.attempts > 1 && !result.outcome) co_return;
    if (result.target->options.inverted) outcome = inverted(std::move(outcome));
    if (!outcome) attempt.note(outcome.error().stage, cat("failed: ", outcome.error().detail));
    result.outcome = std::move(outcome);
  }

  /// Runs the check under its deadline: at that point it is cancelled wherever it is.
  asio::awaitable<void> until_done(Watch& watch, Attempt& attempt) {
    watch.ended = {};
    watch.deadline.expires_at(attempt.deadline());
    watch.deadline.async_wait([&watch, number = watch.result.attempts](asio::error_code error) {
      if (error || watch.ended.done || watch.result.attempts != number) return;
      watch.ended.expired = true;
      watch.cancel.emit(asio::cancellation_type::terminal);
    });
    watch.timer.expires_at(no_deadline);
    const Target& target = *watch.result.target;
    asio::co_spawn(io_, target.protocol->check(target, attempt),
                   asio::bind_cancellation_slot(
                       watch.cancel.slot(), [&watch](std::exception_ptr error, Outcome outcome) {
                         watch.ended.error = std::move(error);
                         if (!watch.ended.error) watch.ended.outcome = std::move(outcome);
                         watch.ended.done = true;
                         watch.timer.cancel();
                       }));
    while (!watch.ended.done) {
      asio::error_code woken;
      co_await watch.timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    watch.deadline.cancel();
  }

  Outcome conclude(Ended& ended, const Attempt& attempt) const {
    if (ended.outcome && (*ended.outcome || !(ended.expired || stopped_)))
      return *std::move(ended.outcome);
    if (ended.expired) return std::unexpected(attempt.timed_out());
    if (stopped_) return std::unexpected(attempt.cancelled());
    std::rethrow_exception(ended.error);
  }

  /// Ends every other attempt and pause.
  void stop() {
    stopped_ = true;
    for (Watch& watch : watches_) {
      watch.cancel.emit(asio::cancellation_type::terminal);
      watch.timer.cancel();
    }
  }

  /// The bound of an attempt as the user knows it; the last one only gets what is left.
  Duration bound(TimePoint begun, unsigned attempt) const {
    if (begun + options_.attempt_timeout <= deadline_) return options_.attempt_timeout;
    return attempt == 1 ? options_.timeout
                        : std::chrono::duration_cast<Duration>(deadline_ - begun);
  }

  static Duration since(TimePoint time) {
    return std::chrono::duration_cast<Duration>(Clock::now() - time);
  }

  std::uint64_t seed(const Watch& watch) const {
    return static_cast<std::uint64_t>(started_.time_since_epoch().count()) ^
           static_cast<std::uint64_t>(::getpid()) << 32U ^ reinterpret_cast<std::uintptr_t>(&watch);
  }

  asio::io_context io_{1};
  const RunOptions& options_;
  const Trace& trace_;
  Listener* listener_;
  TimePoint started_;
  TimePoint deadline_;
  std::list<Watch> watches_;
  asio::steady_timer ticker_{io_};
  std::size_t running_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::vector<Result> run(std::span<const Target> targets, const RunOptions& options,
                        const Trace& trace, Listener* listener) {
  return Run(targets, options, trace, listener).results();
}

}  // namespace probe
