#include "run/runner.hpp"

#include "base/text.hpp"
#include "base/watchdog.hpp"
#include "net/task.hpp"
#include "protocols/protocol.hpp"
#include "run/open_files.hpp"
#include "run/retry.hpp"
#include "run/turns.hpp"
#include "run/verdict.hpp"
#include "run/watch.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <list>
#include <utility>

namespace probe {
namespace {

/// How long after the deadline a run ends that has not ended by itself.
constexpr Duration without_timer = cleanup_allowance + std::chrono::milliseconds(20);

/// How long before the deadline the last attempt starts, should the pause have reached beyond it.
constexpr std::chrono::milliseconds last_chance{100};

/// How much is shown of what a check says.
constexpr std::size_t longest_detail = 1000;

TimePoint end_of(const RunOptions& options, TimePoint started) {
  return options.timeout == Duration::zero() ? no_deadline : started + options.timeout;
}

class Run {
 public:
  Run(std::span<const Target> targets, const RunOptions& options, const Trace& trace,
      Listener* listener, TimePoint started, std::size_t at_once)
      : options_(options),
        trace_(trace),
        listener_(listener),
        started_(started),
        deadline_(end_of(options, started)),
        at_once_(at_once),
        turns_(at_once) {
    for (const Target& target : targets) watches_.emplace_back(io_, target);
  }

  std::vector<Result> results() {
    for (Watch& watch : watches_) start(observe(watch));
    if (listener_ != nullptr && listener_->tick_interval > Duration::zero()) start(tick());
    const Watchdog watchdog(
        listener_ == nullptr ? no_deadline : deadline_,
        [](void* run) { static_cast<Run*>(run)->overrun(); }, this);
    // Not `run`: Asio does not notice when epoll refuses its timer, and then would wait for ever.
    io_.run_until(deadline_ == no_deadline ? deadline_ : deadline_ + without_timer);
    if (!io_.stopped()) expire();
    return take_results();
  }

 private:
  Task<void> observe(Watch& watch) {
    Result& result = watch.result;
    Backoff backoff(options_.interval, options_.max_interval, options_.attempts_per_pause,
                    Random(seed(watch)));
    unsigned in_a_row = 0;
    while (!stopped_) {
      if (!turns_.take() && (!co_await turns_.wait(watch, deadline_) || stopped_)) {
        missed_its_turn(watch);
        break;
      }
      ++result.attempts;
      co_await attempt(watch);
      turns_.pass_on();
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
      co_await watch.timer.async_wait(asio::redirect_error(use_awaitable, stopped));
    }
    if (result.outcome && in_a_row < options_.successes) {
      result.outcome = std::unexpected(
          Failure{Stage::expect, Reason::not_ready,
                  cat("ready ", in_a_row, " of ", options_.successes, " times in a row"), ""});
    }
  }

  void missed_its_turn(Watch& watch) const {
    if (watch.result.attempts > 0) return;
    watch.result.outcome = std::unexpected(never_begun(watches_.size() > at_once_, stopped_));
    watch.result.elapsed = watch.result.total = since(started_);
  }

  void start(Task<void> work) {
    ++running_;
    asio::co_spawn(io_, std::move(work), [this](const std::exception_ptr& error) {
      if (error) std::rethrow_exception(error);
      if (--running_ == 1) ticker_.cancel();  // which is the last one, if there is one
    });
  }

  Task<void> tick() {
    while (running_ > 1) {
      ticker_.expires_after(listener_->tick_interval);
      asio::error_code cancelled;
      co_await ticker_.async_wait(asio::redirect_error(use_awaitable, cancelled));
      if (!cancelled) listener_->tick();
    }
  }

  /// Tells the listener if the state is another one than the last time.
  void tell(Watch& watch) {
    if (listener_ == nullptr || !listener_->follows) return;
    const Outcome& outcome = watch.result.outcome;
    std::string state = outcome ? "ready"
                                : cat(name(outcome.error().stage), outcome.error().detail,
                                      outcome.error().code, outcome.error().address);
    if (state == watch.told) return;
    watch.told = std::move(state);
    listener_->changed(watch.result);
  }

  Task<void> attempt(Watch& watch) {
    const Result& result = watch.result;
    const TimePoint begun = Clock::now();
    const TimePoint deadline = std::min(deadline_, begun + options_.attempt_timeout);
    Attempt& attempt =
        watch.attempt.emplace(io_, trace_, *result.target, deadline, bound(begun, result.attempts));
    if (trace_.enabled()) trace_.line(cat(result.target->name, "  attempt ", result.attempts));
    co_await until_done(watch, attempt);
    decide(watch, attempt);
    watch.attempt.reset();
  }

  /// Makes the outcome of an attempt that of its target.
  void decide(Watch& watch, const Attempt& attempt) {
    Result& result = watch.result;
    Outcome outcome = conclude(watch.ended, attempt);
    std::string& detail = outcome ? outcome->detail : outcome.error().detail;
    detail = excerpt(detail, *result.target, longest_detail);
    if (!outcome) {
      outcome.error().code = conceal(outcome.error().code, *result.target);
      outcome.error().address = conceal(outcome.error().address, *result.target);
    }
    // An attempt cut short by the end of the run says less than the whole one before it.
    const bool again = result.attempts > 1 && !result.outcome;
    if (!outcome && again && attempt.deadline() == deadline_ && Clock::now() >= deadline_) return;
    if (result.target->options.inverted)
      outcome = inverted(std::move(outcome), result.target->protocol->scheme == "file");
    if (!outcome) attempt.note(outcome.error().stage, cat("failed: ", outcome.error().detail));
    result.outcome = std::move(outcome);
    result.elapsed = attempt.elapsed();
  }

  /// Runs the check under its deadline: at that point it is cancelled wherever it is.
  Task<void> until_done(Watch& watch, Attempt& attempt) {
    watch.ended = {};
    watch.deadline.expires_at(attempt.deadline());
    watch.deadline.async_wait([&watch, number = watch.result.attempts](asio::error_code error) {
      if (error || watch.ended.done || watch.result.attempts != number) return;
      watch.ended.expired = true;
      watch.cancel.emit(asio::cancellation_type::terminal);
    });
    watch.timer.expires_at(no_deadline);
    asio::co_spawn(io_, check(*watch.result.target, attempt),
                   asio::bind_cancellation_slot(
                       watch.cancel.slot(), [&watch](std::exception_ptr error, Outcome outcome) {
                         end_work();
                         watch.ended.error = std::move(error);
                         if (!watch.ended.error) watch.ended.outcome = std::move(outcome);
                         watch.ended.done = true;
                         watch.timer.cancel();
                       }));
    while (!watch.ended.done) {
      asio::error_code woken;
      co_await watch.timer.async_wait(asio::redirect_error(use_awaitable, woken));
    }
    watch.deadline.cancel();
  }

  Outcome conclude(Ended& ended, const Attempt& attempt) const {
    if (ended.outcome && (*ended.outcome || !(ended.expired || stopped_)))
      return *std::move(ended.outcome);
    if (ended.expired) return std::unexpected(attempt.timed_out());
    if (stopped_) return std::unexpected(attempt.cancelled());
    return std::unexpected(failure_of(ended.error));
  }

  std::vector<Result> take_results() {
    std::vector<Result> results;
    for (Watch& watch : watches_) results.push_back(std::move(watch.result));
    return results;
  }

  /// Ends what is under way, as the deadline would have, whatever the event loop has not come to.
  void expire() {
    for (Watch& watch : watches_) {
      if (!watch.attempt) {
        missed_its_turn(watch);
        continue;
      }
      if (!watch.ended.done) watch.ended.expired = true;
      decide(watch, *watch.attempt);
      watch.result.total = since(started_);
    }
  }

  /// The watchdog's action.
  void overrun() {
    expire();
    listener_->overrun(take_results());
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
  std::string bound(TimePoint begun, unsigned attempt) const {
    if (begun + options_.attempt_timeout <= deadline_)
      return cat(options_.attempt_timeout_name, format_duration(options_.attempt_timeout));
    std::string whole = cat(options_.timeout_name, format_duration(options_.timeout));
    if (attempt == 1) return whole;
    const auto left = std::chrono::duration_cast<Duration>(deadline_ - begun);
    return cat("the ", format_duration(left), " left of ", whole);
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
  std::size_t at_once_;
  Turns turns_;
  Timer ticker_{io_};
  std::size_t running_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::vector<Result> run(std::span<const Target> targets, const RunOptions& options,
                        const Trace& trace, Listener* listener) {
  const OpenFiles files(targets.size());
  const TimePoint started = Clock::now();
  // Where this system does not even give us an event loop, that is a failure of every target.
  for (unsigned attempt = 1;; ++attempt) {
    std::exception_ptr error;
    try {
      return Run(targets, options, trace, listener, started, files.attempts()).results();
    } catch (...) {
      error = std::current_exception();
    }
    end_work();
    const Failure failure = failure_of(error);
    const TimePoint now = Clock::now();
    if (attempt >= options.attempts || now + options.max_interval >= end_of(options, started)) {
      return all_failed(targets, failure, attempt,
                        std::chrono::duration_cast<Duration>(now - started));
    }
    constexpr Duration millisecond = std::chrono::milliseconds(1);
    ::poll(nullptr, 0, static_cast<int>(options.max_interval / millisecond));
  }
}

}  // namespace probe
