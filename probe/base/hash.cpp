#include "base/hash.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace probe {
namespace {

/// The fractional parts of the cube roots of the first 80 primes; SHA-256 has the upper halves of
/// the first 64.
constexpr std::array<std::uint64_t, 80> round_constants{
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};
/// The same of the square roots of the first 8.
constexpr std::array<std::uint64_t, 8> initial_state{
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

template <class Word>
Word load(const char* bytes) {
  Word word{};
  std::memcpy(&word, bytes, sizeof word);
  return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}

template <class Word, std::size_t size>
std::string stored(const std::array<Word, size>& words) {
  std::string bytes;
  for (Word word : words) {
    for (std::size_t i = sizeof word; i-- > 0;) bytes += static_cast<char>(word >> (8 * i));
  }
  return bytes;
}

/// Calls `compress` with each block of the message and what is to be put behind it.
template <class Word, class Compress>
void for_each_block(std::string_view message, Compress compress) {
  constexpr std::size_t size = 16 * sizeof(Word);
  std::string padded(message);
  padded += '\x80';
  padded.append(2 * sizeof(Word) - 8, '\0');
  while ((padded.size() + 8) % size != 0) padded += '\0';
  padded += stored(std::array{std::uint64_t{message.size()} * 8});
  for (std::size_t at = 0; at < padded.size(); at += size) {
    std::array<Word, 80> schedule;
    for (std::size_t i = 0; i < 16; ++i) schedule[i] = load<Word>(&padded[at + i * sizeof(Word)]);
    compress(schedule);
  }
}

/// Counts of bits to rotate by; the last of `small` is a shift.
struct Rotations {
  std::array<int, 3> a, e, small0, small1;
};

template <class Word>
Word rotate(Word word, const std::array<int, 3>& by, bool shift) {
  return std::rotr(word, by[0]) ^ std::rotr(word, by[1]) ^
         (shift ? static_cast<Word>(word >> by[2]) : std::rotr(word, by[2]));
}

template <class Word>
std::string sha2(std::string_view message, std::size_t rounds, const Rotations& by) {
  constexpr int narrower = 64 - 8 * static_cast<int>(sizeof(Word));
  std::array<Word, 8> state;
  for (std::size_t i = 0; i < 8; ++i) state[i] = static_cast<Word>(initial_state[i] >> narrower);
  for_each_block<Word>(message, [&](std::array<Word, 80>& w) {
    for (std::size_t i = 16; i < rounds; ++i)
      w[i] = w[i - 16] + rotate(w[i - 15], by.small0, true) + w[i - 7] +
             rotate(w[i - 2], by.small1, true);
    auto s = state;
    for (std::size_t i = 0; i < rounds; ++i) {
      const Word choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
      const Word majority = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
      const Word one = s[7] + rotate(s[4], by.e, false) + choice +
                       static_cast<Word>(round_constants[i] >> narrower) + w[i];
      const Word two = rotate(s[0], by.a, false) + majority;
      s = {one + two, s[0], s[1], s[2], s[3] + one, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) state[i] += s[i];
  });
  return stored(state);
}

}  // namespace

std::string sha1(std::string_view message) {
  std::array<std::uint32_t, 5> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  constexpr std::array<std::uint32_t, 4> constants{0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
  for_each_block<std::uint32_t>(message, [&](std::array<std::uint32_t, 80>& w) {
    for (std::size_t i = 16; i < 80; ++i)
      w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto s = state;
    for (std::size_t i = 0; i < 80; ++i) {
      const std::uint32_t parity = s[1] ^ s[2] ^ s[3];
      const std::uint32_t choice = (s[1] & s[2]) ^ (~s[1] & s[3]);
      const std::uint32_t majority = (s[1] & s[2]) ^ (s[1] & s[3]) ^ (s[2] & s[3]);
      const std::uint32_t mixed = i < 20 ? choice : i / 20 == 2 ? majority : parity;
      s = {std::rotl(s[0], 5) + mixed + s[4] + constants[i / 20] + w[i], s[0], std::rotl(s[1], 30),
           s[2], s[3]};
    }
    for (std::size_t i = 0; i < 5; ++i) state[i] += s[i];
  });
  return stored(state);
}

std::string sha256(std::string_view bytes) {
  return sha2<std::uint32_t>(bytes, 64, {{2, 13, 22}, {6, 11, 25}, {7, 18, 3}, {17, 19, 10}});
}

std::string sha512(std::string_view bytes) {
  return sha2<std::uint64_t>(bytes, 80, {{28, 34, 39}, {14, 18, 41}, {1, 8, 7}, {19, 61, 6}});
}

std::string exclusive_or(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i % b.size()]);
  return a;
}

}  // namespace probe
