// What the libraries would ask musl for, answered without it: safer in an image that has nothing
// else, and smaller. Only in the static binary, where these definitions take the place of those in
// the archives.
#include "base/watchdog.hpp"

#include <pthread.h>
#include <pwd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
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

/// There is one thread.
int pthread_mutex_lock(pthread_mutex_t* /*mutex*/) {
  return 0;
}
int pthread_mutex_unlock(pthread_mutex_t* /*mutex*/) {
  return 0;
}

/// A library's assertion that fails ends the process without a text, which would be 2 KB.
[[noreturn]] void __assert_fail(const char* /*expression*/, const char* /*file*/, int /*line*/,
                                const char* /*function*/) {
  std::abort();
}

/// All of printf, for the libraries: libpq has its own, which is taken for both. Nobody prints a
/// floating-point number.
int pg_vsnprintf(char* buffer, std::size_t size, const char* format, std::va_list arguments);
int vsnprintf(char* buffer, std::size_t size, const char* format, std::va_list arguments) {
  return pg_vsnprintf(buffer, size, format, arguments);
}
int pg_vfprintf(std::FILE* stream, const char* format, std::va_list arguments);
int vfprintf(std::FILE* stream, const char* format, std::va_list arguments) {
  return pg_vfprintf(stream, format, arguments);
}

/// libpq's one use of scanf: `%d.%d.%d`, a server's version.
int sscanf(const char* text, const char* format, ...) {
  constexpr int most = 3;
  std::va_list arguments;
  va_start(arguments, format);
  int count = 0;
  char* end = nullptr;
  for (; count < most; text = end + 1) {
    const long number = std::strtol(text, &end, 10);
    if (end == text) break;
    *va_arg(arguments, int*) = static_cast<int>(number);
    ++count;
    if (*end != '.') break;
  }
  va_end(arguments);
  return count;
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
