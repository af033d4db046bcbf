// Published vectors for what the static build changes in libpq: SCRAM's key derivation and the
// packed Unicode tables (scripts/toolchain.d). Linked with the toolchain's libpq, which has no
// Catch2 beside it.
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

// libpq's own, src/include/common of PostgreSQL 15.
extern "C" {
struct pg_hmac_ctx;
pg_hmac_ctx* pg_hmac_create(int type);
int pg_hmac_init(pg_hmac_ctx* context, const std::uint8_t* key, std::size_t size);
int pg_hmac_update(pg_hmac_ctx* context, const std::uint8_t* data, std::size_t size);
int pg_hmac_final(pg_hmac_ctx* context, std::uint8_t* result, std::size_t size);
void pg_hmac_free(pg_hmac_ctx* context);
int scram_SaltedPassword(const char* password, const char* salt, int salt_size, int iterations,
                         std::uint8_t* result, const char** error);
int scram_ClientKey(const std::uint8_t* salted, std::uint8_t* result, const char** error);
int scram_ServerKey(const std::uint8_t* salted, std::uint8_t* result, const char** error);
int scram_H(const std::uint8_t* input, int size, std::uint8_t* result, const char** error);
int pg_saslprep(const char* input, char** output);
}

namespace {

using Key = std::array<std::uint8_t, 32>;

int failures = 0;

void expect(std::string_view name, std::string_view got, std::string_view wanted) {
  if (got == wanted) return;
  ++failures;
  const std::string line =
      std::string(name) + ": " + std::string(got) + ", not " + std::string(wanted) + "\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

std::string hex(const Key& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned byte : key) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

Key salted_password(const std::string& password, std::string_view salt, int iterations) {
  Key key{};
  const char* error = nullptr;
  if (scram_SaltedPassword(password.c_str(), salt.data(), static_cast<int>(salt.size()), iterations,
                           key.data(), &error) != 0)
    key = {};
  return key;
}

Key hmac(const Key& key, std::string_view text) {
  constexpr int sha256 = 3;  // PG_SHA256
  Key result{};
  pg_hmac_ctx* const context = pg_hmac_create(sha256);
  pg_hmac_init(context, key.data(), key.size());
  pg_hmac_update(context, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  pg_hmac_final(context, result.data(), result.size());
  pg_hmac_free(context);
  return result;
}

/// RFC 7677, section 3: the proof and the signature of its exchange.
void scram_sha_256() {
  constexpr std::string_view salt =
      "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
  constexpr std::string_view messages =
      "n=user,r=rOprNGfwEbeRWgbNEkqO,"
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const Key salted = salted_password("pencil", salt, 4096);
  const char* error = nullptr;
  Key client{};
  Key stored{};
  Key server{};
  scram_ClientKey(salted.data(), client.data(), &error);
  scram_H(client.data(), static_cast<int>(client.size()), stored.data(), &error);
  scram_ServerKey(salted.data(), server.data(), &error);
  Key proof = hmac(stored, messages);
  for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= client[i];
  expect("RFC 7677, ClientProof", hex(proof),
         "747cdb65aa56224e2352137e52d7bdcad6a0f738df30782caa69a2cfb0277554");
  expect("RFC 7677, ServerSignature", hex(hmac(server, messages)),
         "eabae24d1062db75a9451ff0b6ea7e98c8546549ff741e672d3251b2397de46e");
}

/// RFC 7914, section 11 (PBKDF2 with HMAC-SHA-256), and passwords about as long as a block.
void pbkdf2() {
  expect("one round", hex(salted_password("passwd", "salt", 1)),
         "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
  expect("80,000 rounds", hex(salted_password("Password", "NaCl", 80'000)),
         "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
  expect("64 characters", hex(salted_password(std::string(64, 'p'), "salt", 2)),
         "da45f9b3e39e006a52e97a707dfbc480b65073637b7289176bf8f8f00628b83c");
  expect("65 characters", hex(salted_password(std::string(65, 'p'), "salt", 4096)),
         "11f832dae1a98ddd118ea539fc75f15f1e40d05a690f6283011ba3c180e36d56");
}

/// FIPS 180-4's examples, as NIST publishes them.
void sha_256() {
  const auto digest = [](std::string_view text) {
    Key result{};
    const char* error = nullptr;
    scram_H(reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<int>(text.size()),
            result.data(), &error);
    return hex(result);
  };
  expect("SHA-256, one block", digest("abc"),
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect("SHA-256, two blocks", digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

struct Preparation {
  const char* input;
  std::string_view output;
};

/// RFC 4013, section 3, and lines of Unicode's NormalizationTest.txt.
constexpr auto preparations = std::to_array<Preparation>({
    {.input = "I\u00adX", .output = "IX"},
    {.input = "user", .output = "user"},
    {.input = "USER", .output = "USER"},
    {.input = "\u00aa", .output = "a"},
    {.input = "\u2168", .output = "IX"},
    {.input = "\u00e9\u0007", .output = "prohibited"},  // ASCII alone is not looked at
    {.input = "\u0627\u0031", .output = "prohibited"},
    {.input = "\u212b", .output = "\u00c5"},
    {.input = "\u1e9b\u0323", .output = "\u1e69"},
    {.input = "\u1100\u1161\u11a8", .output = "\uac01"},
    {.input = "\ufb01", .output = "fi"},
    {.input = "\U0001d6a8", .output = "\u0391"},
});

void saslprep() {
  constexpr int prohibited = -3;  // SASLPREP_PROHIBITED
  for (const Preparation& one : preparations) {
    char* output = nullptr;
    const int result = pg_saslprep(one.input, &output);
    std::string_view got = "failed";
    if (result == prohibited) got = "prohibited";
    if (result == 0) got = output;
    expect("SASLprep", got, one.output);
    std::free(output);
  }
}

}  // namespace

int main() {
  scram_sha_256();
  pbkdf2();
  sha_256();
  saslprep();
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
