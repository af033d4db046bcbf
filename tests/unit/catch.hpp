#pragma once
// Catch2: version 2 is Debian 12's, version 3 is Debian 13's.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
