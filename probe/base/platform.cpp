// What libpq would ask the operating system for, answered without it. Only in the static binary,
// where these definitions take the place of those in the archives.
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" {

/// The user database is never read: there is none in `scratch`, and a user id may be one that it
/// does not know.
int getpwuid_r(uid_t /*user*/, passwd* /*entry*/, char* /*buffer*/, std::size_t /*size*/,
               passwd** result) {
  *result = nullptr;
  return 0;
}

/// Random bytes for SCRAM's nonce, from the kernel: neither from /dev/urandom, which an empty root
/// lacks, nor from OpenSSL, whose generator takes longer to set up than all the rest of a login's
/// preparations.
bool pg_strong_random(void* buffer, std::size_t size) {
  constexpr std::size_t most = 256;  // of getentropy(3), in one call
  auto* bytes = static_cast<std::uint8_t*>(buffer);
  for (std::size_t done = 0; done < size; done += most) {
    if (::getentropy(bytes + done, std::min(most, size - done)) != 0) return false;
  }
  return true;
}
}
