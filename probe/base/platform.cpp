// What the libraries would ask musl for, answered without it: safer in an image that has nothing
// else, and smaller. Only in the static binary, where these definitions take the place of those in
// the archives.
#include "base/inflate.hpp"
#include "base/watchdog.hpp"

#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cwctype>

namespace {

bool is_in(wint_t character, char first, char last) {
  return character >= static_cast<wint_t>(first) && character <= static_cast<wint_t>(last);
}

}  // namespace

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

/// For scripts/toolchain.d/scram_salted_password.c.
bool probe_overdue() {
  return probe::overdue();
}

/// As long as a peer sends without a pause, OpenSSL goes on reading what it has not been asked for
/// (session tickets, for example). After the deadline there is nothing to read.
ssize_t recv(int descriptor, void* buffer, std::size_t size, int flags) {
  if (probe::overdue()) {
    errno = EAGAIN;
    return -1;
  }
  return ::recvfrom(descriptor, buffer, size, flags, nullptr, nullptr);
}

/// regexec(3) gets each character of the text by this, and ends where it fails: after the deadline.
int mbtowc(wchar_t* character, const char* text, std::size_t size) {
  constexpr unsigned characters_between_looks = 8;
  static constinit unsigned count = 0;
  if (text == nullptr) return 0;
  if (size == 0 || (++count % characters_between_looks == 0 && probe::overdue())) return -1;
  // Of the C locale, where a character is a byte; as musl has those beyond ASCII.
  const auto byte = static_cast<unsigned char>(*text);
  if (character != nullptr) *character = byte < 0x80 ? byte : 0xdf00 + byte;
  return byte == 0 ? 0 : 1;
}

/// libpq's log of the messages, which is never asked for (PQtrace).
// NOLINTBEGIN(readability-identifier-naming)
void pqTraceOutputMessage(void* /*connection*/, const char* /*message*/, bool /*to_server*/) {}
void pqTraceOutputNoTypeByteMessage(void* /*connection*/, const char* /*message*/) {}
// NOLINTEND(readability-identifier-naming)

/// For scripts/toolchain.d/unicode_tables.c.
bool probe_inflate(const unsigned char* packed, std::size_t packed_size, unsigned char* unpacked,
                   std::size_t size) {
  return probe::inflate({packed, packed_size}, {unpacked, size});
}

// The letters of the C locale, which is the only one (nothing calls setlocale), for regcomp(3) and
// regexec(3), without tables of all of Unicode.

int iswalpha(wint_t wc) {
  return is_in(wc | 0x20U, 'a', 'z') ? 1 : 0;
}

int iswpunct(wint_t wc) {
  const bool letter_or_digit = iswalpha(wc) != 0 || is_in(wc, '0', '9');
  return is_in(wc, '!', '~') && !letter_or_digit ? 1 : 0;
}

wint_t towlower(wint_t wc) {
  return is_in(wc, 'A', 'Z') ? wc | 0x20U : wc;
}

wint_t towupper(wint_t wc) {
  return is_in(wc, 'a', 'z') ? wc & ~0x20U : wc;
}
}
