#include "base/hash.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace probe {
namespace {

/// The fractional parts of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> cube_roots{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

using State = std::array<std::uint32_t, 8>;
using Schedule = std::array<std::uint32_t, 80>;

void put(std::string& out, std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(word >> shift);
}

/// Calls `compress` with each block of the message and what is to be put behind it; gives the first
/// `words` of the state.
std::string hash(std::string_view message, State state, std::size_t words,
                 void (*compress)(State& state, Schedule& schedule)) {
  constexpr std::size_t block = 64;
  std::string padded(message);
  padded += '\x80';
  while (padded.size() % block != block - 8) padded += '\0';
  put(padded, static_cast<std::uint32_t>(message.size() >> 29U));
  put(padded, static_cast<std::uint32_t>(message.size() << 3U));
  Schedule schedule{};
  for (std::size_t i = 0; i < padded.size(); ++i) {
    std::uint32_t& word = schedule[i % block / 4];
    word = word << 8U | static_cast<unsigned char>(padded[i]);
    if (i % block == block - 1) compress(state, schedule);
  }
  std::string digest;
  for (std::size_t i = 0; i < words; ++i) put(digest, state[i]);
  return digest;
}

std::uint32_t choice(std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  return (x & y) ^ (~x & z);
}
std::uint32_t majority(std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  return (x & y) ^ (x & z) ^ (y & z);
}
std::uint32_t rotations(std::uint32_t word, int a, int b, int c) {
  return std::rotr(word, a) ^ std::rotr(word, b) ^ std::rotr(word, c);
}

void add(State& state, const State& other) {
  for (std::size_t i = 0; i < state.size(); ++i) state[i] += other[i];
}

void compress_1(State& state, Schedule& w) {
  constexpr std::array<std::uint32_t, 4> constants{0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  for (std::size_t i = 16; i < 80; ++i)
    w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  auto s = state;
  for (std::size_t i = 0; i < 80; ++i) {
    const std::size_t quarter = i / 20;
    std::uint32_t mixed = s[1] ^ s[2] ^ s[3];
    if (quarter == 0) mixed = choice(s[1], s[2], s[3]);
    if (quarter == 2) mixed = majority(s[1], s[2], s[3]);
    s = {std::rotl(s[0], 5) + mixed + s[4] + constants[quarter] + w[i], s[0], std::rotl(s[1], 30),
         s[2], s[3]};
  }
  add(state, s);
}

void compress_256(State& state, Schedule& w) {
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t a = w[i - 15];
    const std::uint32_t b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3U) +
           (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10U);
  }
  auto s = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t one =
        s[7] + rotations(s[4], 6, 11, 25) + choice(s[4], s[5], s[6]) + cube_roots[i] + w[i];
    const std::uint32_t two = rotations(s[0], 2, 13, 22) + majority(s[0], s[1], s[2]);
    s = {one + two, s[0], s[1], s[2], s[3] + one, s[4], s[5], s[6]};
  }
  add(state, s);
}

}  // namespace

std::string sha1(std::string_view bytes) {
  return hash(bytes, {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}, 5, compress_1);
}

std::string sha256(std::string_view bytes) {
  return hash(bytes,
              {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab,
               0x5be0cd19},
              8, compress_256);
}

std::string exclusive_or(std::string_view text, std::string_view key) {
  std::string a(text);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ key[i % key.size()]);
  return a;
}

}  // namespace probe
