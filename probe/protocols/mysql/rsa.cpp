// Nothing here is secret but the message, and there is no branch on it.
#include "protocols/mysql/rsa.hpp"

#include "base/hash.hpp"
#include "protocols/exchange.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

namespace probe {
namespace {

constexpr std::size_t smallest = 128;  // bytes of a modulus
constexpr std::size_t largest = 1024;
constexpr std::size_t hash_size = 20;

using Number = std::array<std::uint32_t, largest / 4>;  ///< least significant limb first

struct PublicKey {
  std::string_view modulus;  ///< without leading zeros
  std::uint32_t exponent = 0;
};

Number number_of(std::string_view bytes) {
  Number number{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint32_t byte = static_cast<unsigned char>(bytes[bytes.size() - 1 - i]);
    number[i / 4] |= byte << (i % 4 * 8);
  }
  return number;
}

/// Arithmetic modulo an odd number of so many limbs by Montgomery's method: a number times R, which
/// is 2 to the power of the bits of all limbs, stands for it.
class Montgomery {
 public:
  Montgomery(const Number& n, std::size_t size) : n_(n), size_(size) {
    for (int i = 0; i < 5; ++i) inverse_ *= 2 - n_[0] * inverse_;
    // R², by doubling 1.
    square_[0] = 1;
    for (std::size_t bit = 0; bit < 64 * size_; ++bit) {
      std::uint32_t carry = 0;
      for (std::size_t i = 0; i < size_; ++i)
        carry = std::exchange(square_[i], square_[i] << 1U | carry) >> 31U;
      reduce(square_, carry);
    }
  }

  /// `number` to the power of `exponent`, which is odd.
  void raise(Number& number, std::uint32_t exponent) const {
    multiply(number, square_);
    const Number start = number;
    for (std::uint32_t bit = std::bit_floor(exponent) >> 1U; bit != 0; bit >>= 1U) {
      multiply(number, Number(number));
      if ((exponent & bit) != 0) multiply(number, start);
    }
    multiply(number, Number{1});
  }

 private:
  /// Subtracts the modulus once if the number, of which `carry` is the highest bit, is not less.
  void reduce(Number& number, std::uint64_t carry) const {
    Number less{};
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const std::uint64_t difference = std::uint64_t{number[i]} - n_[i] - borrow;
      less[i] = static_cast<std::uint32_t>(difference);
      borrow = difference >> 63U;
    }
    if (carry >= borrow) number = less;
  }

  /// Makes a · b / R of `a`.
  void multiply(Number& a, const Number& b) const {
    Number sum{};
    std::uint64_t high = 0;  // the limb above `sum`
    for (std::size_t at = 0; at < size_; ++at) {
      std::uint64_t carry = 0;
      for (std::size_t i = 0; i < size_; ++i) {
        carry += std::uint64_t{a[at]} * b[i] + sum[i];
        sum[i] = static_cast<std::uint32_t>(carry);
        carry >>= 32U;
      }
      high += carry;
      // What makes the lowest limb 0, so that it can be dropped.
      const std::uint32_t factor = 0 - (sum[0] * inverse_);
      carry = (std::uint64_t{factor} * n_[0] + sum[0]) >> 32U;
      for (std::size_t i = 1; i < size_; ++i) {
        carry += std::uint64_t{factor} * n_[i] + sum[i];
        sum[i - 1] = static_cast<std::uint32_t>(carry);
        carry >>= 32U;
      }
      high += carry;
      sum[size_ - 1] = static_cast<std::uint32_t>(high);
      high >>= 32U;
    }
    reduce(sum, high);
    a = sum;
  }

  Number n_;
  std::size_t size_;
  Number square_{};
  std::uint32_t inverse_ = 1;  ///< of the lowest limb, modulo 2 to the power of 32
};

int base64_value(char c) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t at = digits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// The content of a PEM block; what is no digit of base64 is skipped.
std::string der_of(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN PUBLIC KEY-----";
  const std::size_t start = pem.find(begin);
  if (start == std::string_view::npos) return "";
  pem.remove_prefix(start + begin.size());
  std::string der;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : pem.substr(0, pem.find("-----END PUBLIC KEY-----"))) {
    const int value = base64_value(c);
    if (value < 0) continue;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    der += static_cast<char>(bits >> static_cast<unsigned>(count));
  }
  return der;
}

/// Takes one element of this type off DER (ITU-T X.690) and gives its content; empty if it is not
/// there.
std::string_view take(std::string_view& der, char type) {
  if (!der.starts_with(type)) return der = {};
  std::size_t size = big_endian(der, 1, 1);
  std::size_t start = 2;
  if (size > 0x80) {
    const auto digits = static_cast<unsigned>(size - 0x80);
    if (digits > 2) return der = {};
    size = big_endian(der, 2, digits);
    start += digits;
  }
  if (start + size > der.size()) return der = {};
  const std::string_view content = der.substr(start, size);
  der.remove_prefix(start + size);
  return content;
}

/// A SubjectPublicKeyInfo (RFC 5280, section 4.1) of an RSA key (RFC 8017, appendix A.1.1).
PublicKey read_key(std::string_view der) {
  constexpr char integer = 2;
  constexpr char bit_string = 3;
  constexpr char sequence = 0x30;
  der = take(der, sequence);
  take(der, sequence);  // the algorithm
  der = take(der, bit_string);
  if (!der.starts_with('\0')) return {};
  der.remove_prefix(1);
  der = take(der, sequence);
  PublicKey key{.modulus = take(der, integer)};
  const std::string_view exponent = take(der, integer);
  if (exponent.size() <= 4)
    key.exponent =
        static_cast<std::uint32_t>(big_endian(exponent, 0, static_cast<unsigned>(exponent.size())));
  key.modulus.remove_prefix(std::min(key.modulus.find_first_not_of('\0'), key.modulus.size()));
  return key;
}

bool is_usable(const PublicKey& key) {
  return key.modulus.size() >= smallest && key.modulus.size() <= largest &&
         key.modulus.back() % 2 != 0 && key.exponent % 2 != 0 && key.exponent > 1;
}

/// MGF1 (RFC 8017, appendix B.2.1).
std::string mask(std::string_view seed, std::size_t size) {
  std::string bytes;
  for (std::uint64_t i = 0; bytes.size() < size; ++i) {
    std::string block(seed);
    put_big_endian(block, i, 4);
    bytes += sha1(block);
  }
  return bytes;
}

}  // namespace

std::string rsa_encrypt(std::string_view pem, std::string_view message, std::string seed) {
  const std::string der = der_of(pem);
  const PublicKey key = read_key(der);
  const std::size_t size = key.modulus.size();
  if (!is_usable(key) || message.size() + 2 * hash_size + 2 > size) return "";
  std::string data = sha1("");
  data.resize(size - hash_size - 2 - message.size());
  data += '\1';
  data += message;
  data = exclusive_or(data, mask(seed, data.size()));
  seed = exclusive_or(seed, mask(data, hash_size));
  Number number = number_of(seed + data);
  Montgomery(number_of(key.modulus), (size + 3) / 4).raise(number, key.exponent);
  std::string cipher(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    cipher[size - 1 - i] = static_cast<char>(number[i / 4] >> (i % 4 * 8));
  return cipher;
}

}  // namespace probe
