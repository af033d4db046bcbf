# Precompiled headers: what most of our files include of others', which is most of what a compiler reads. Our own headers
# are not among them, since an edit of one would compile everything again, and each file still includes what it uses:
# the static builds, which go without (CMAKE_DISABLE_PRECOMPILE_HEADERS), would fail otherwise.
set(standard_headers
  <algorithm> <array> <cerrno> <charconv> <chrono> <csignal> <cstddef> <cstdint> <cstdlib> <cstring> <exception>
  <expected> <functional> <limits> <memory> <new> <optional> <ranges> <span> <string> <string_view> <type_traits>
  <utility> <vector>)
target_precompile_headers(probe_core PRIVATE ${standard_headers}
  <asio/bind_cancellation_slot.hpp> <asio/co_spawn.hpp> <asio/io_context.hpp> <asio/ip/tcp.hpp>
  <asio/posix/stream_descriptor.hpp> <asio/redirect_error.hpp> <asio/steady_timer.hpp> <asio/this_coro.hpp>
  <asio/use_awaitable.hpp>)
target_precompile_headers(probe REUSE_FROM probe_core)
