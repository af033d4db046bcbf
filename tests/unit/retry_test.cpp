#include "run/retry.hpp"

#include "catch.hpp"

using namespace probe;
using namespace std::chrono_literals;

TEST_CASE("Backoff doubles up to its cap, with a fifth of jitter") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Backoff backoff(50ms, 1s, 1, Random(seed));
    for (const Duration nominal : {50ms, 100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
      const Duration pause = backoff.pause();
      CHECK(pause >= nominal * 8 / 10);
      CHECK(pause <= nominal * 12 / 10);
    }
  }
}

TEST_CASE("Backoff spreads different seeds") {
  Backoff one(1s, 1s, 1, Random(1));
  Backoff two(1s, 1s, 1, Random(2));
  CHECK(one.pause() != two.pause());
}

TEST_CASE("Backoff of nothing is nothing, and a cap below the first pause wins") {
  CHECK(Backoff(0ms, 1s, 1, Random(1)).pause() == 0ms);
  CHECK(Backoff(10s, 1s, 1, Random(1)).pause() <= 1200ms);
}

TEST_CASE("Backoff with repeats notices within a tenth of the time that has passed") {
  Backoff backoff(50ms, 1s, 10, Random(7));
  Duration passed{};
  for (int i = 0; i < 35; ++i) {
    const Duration pause = backoff.pause();
    passed += pause;
    // On average a change comes in the middle of a pause.
    if (passed > 500ms && passed < 4s) CHECK(pause / 2 <= 1.2 * 0.1 * passed);
    if (passed < 3s) CHECK(pause / 2 <= 120ms);
  }
  CHECK(passed > 5s);
}
