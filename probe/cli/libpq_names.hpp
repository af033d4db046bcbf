// How libpq comes by addresses, where it is not given them.
#pragma once

namespace probe {

/// libpq asks getaddrinfo(3), which blocks for as long as it likes. In this program it gets our own
/// resolver's answer instead, and none after so many seconds; zero and less mean as long as the
/// resolver itself goes on.
void limit_name_lookups(long seconds);

}  // namespace probe
