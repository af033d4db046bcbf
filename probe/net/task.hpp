// Coroutines and timers of the one event loop.
#pragma once

#include "base/clock.hpp"

#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

namespace probe {

/// Named everywhere: Asio's default, which may be an executor of any kind, is 9 KB of tables and
/// indirect calls.
using Executor = asio::io_context::executor_type;

template <class Value>
using Task = asio::awaitable<Value, Executor>;

using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

inline constexpr asio::use_awaitable_t<Executor> use_awaitable;

}  // namespace probe
