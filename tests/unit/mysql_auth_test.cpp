#include "base/hash.hpp"
#include "catch.hpp"
#include "protocols/mysql/auth.hpp"
#include "protocols/mysql/rsa.hpp"

using namespace probe;

namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 0xfU];
  }
  return out;
}

std::string counting(char first, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += first++;
  return bytes;
}

// By openssl genrsa.
constexpr std::string_view key_1024 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDIeyyKq0xk2igH+BIQfKPHExCF\n"
    "frOdFvyQwYuuDh6m6VnyQzMjEGGS1uxckd1ne1HuLerRu7xhvmZCK9eDnH/9mHh1\n"
    "dcQ1F+R+Wov8yg0CkmZl2Et2RM21eW1yI9apf4FEDiTGF/6rnEfDOrFPrqo70M6h\n"
    "6kTe/3vN59hIjaaLmwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view key_1032 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGgMA0GCSqGSIb3DQEBAQUAA4GOADCBigKBggDINwVIIELQEwGCOCsP+rho72Ih\n"
    "oDTpumPOKDwJzawcbBYfYvfGsWlUU+ZUDrvHH0t9bNRPntrJpSfJ4UAq6y5EqBIP\n"
    "It6BYhgNEEKVH8If0ADakQnQrAYxDg51dl5T3JSJuWLSRfFbBOFI0LBL7LYTpZsG\n"
    "tA8bHhnuIOGzsXR1AacCAwEAAQ==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view key_2048 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwuvCHDmkkqR7QqlwSKBg\n"
    "G+Qo+JrlERyNedr7Kxq+K5+nJ4niN/uj5yUz6bWZgpGFaZzAJRa9LJpxacAWy/yJ\n"
    "1y+11HwzJ7LlI1LUUBb7giJN3xrIbHUKDne1kaeLwmNtuFO5q+h1TUTfJKgvNroN\n"
    "lxRBfYTgH7RQjqoIOuYQZCSgsgvj8BstKOkhuAviNXMh/nApj9cHZhHARMhbuJOp\n"
    "uI98k3LtBIGUdZ0Ezbhx5BDSYjHg9IsnVISMEFtEA3CJ29b0HWTXzaxA6JDTcdku\n"
    "cA80hhGEradpWUFRqe8TqljB+i862X6hBcnyUfGNd6ouqTZwbWJb/J2MXOoA9JMh\n"
    "6QIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view key_8192 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIEIjANBgkqhkiG9w0BAQEFAAOCBA8AMIIECgKCBAEA05haNtS1lMl/EKeMadwU\n"
    "soNiDms4OFbwU1Zmfd4Oj+FdAdBBboOQlWkL2qgHYyqAp+bcNUM/Uk3CTKxuSQiu\n"
    "+2j7k0wlVzskF61DesSeBBncKOBVV44uaZoFpYtPoxx3dsA9hOwV7GLYED7ldJxK\n"
    "abOnFpEcbFXcw9OcQcZztsZQbI/62d1IDaHWpv+G47MHFmnFOefBVZ/2hUkR6aKB\n"
    "IIHh+Wm10To3yfwWPv9MEgQsC3Myl807YtdtzBdVUvnYUrqIdHcvf4i06NY/gcv3\n"
    "ZyFi5QaUdN1zYQ9qY31v6mkZI7g35Agf+I+H7zDdX+md1TdI3EulCvW9U3lwmk0T\n"
    "qFzyyh1bjG7oiH7tX9N9DbWn5VdprTXmaoOoEmUDw5hbtDMrKHkVy2kzqPpEWWeb\n"
    "TVhyhyveVuW4HZ4KjoyAPndK5dY/Rgw8MddA1h2HEl/cAJa9Wtu+IJxvgLsl2oU1\n"
    "R2Q6Cp5+/+K0fe53mbyn+s20Nto4gAEmqz6z7H60xHh8YGzL7n7DGFIPhFBH3HfL\n"
    "TX4S7NjIcE3rqcJckHqAjYdvoNaxQGHN5N6SSAF+BZwFIrZKT0FWvF2EOVm28uRm\n"
    "DdjL7kEuRBPIUsETPcirIPGPMbO58kqcvn/syawCG4j/pmj6KgN23m/QR6/+SQO7\n"
    "fCXz1gfb0QkIoMih3BgjaQaa5Ifr5LdLR3AxqPEY2z1Yo6ECBCTkaV+mCnsw1sYm\n"
    "Fh43VMXsQ5S1kZLR/PyfrmHg6M5WVS23e10kLf5rDcGmyvJ1tnxn+Q5s8xqJLstN\n"
    "PjdT1Xzqqclc4BEbBDREdLqEXVsEu+HCO5f5GWXP0GqQlvLpNfnDvzwjQYuKoWhW\n"
    "N3UflyBI9E0Z1cGkbOWb0p8tcH3LH6/5rYxWqw2p76d/81mvDX2wo30YvNQSMZvP\n"
    "u0LbslF6Kx70YXl+XaLDmmBXkvijUBMRJlIeDfOJJ1NQybwGoC15aVgAjW+6jUUa\n"
    "Tdrb82vwi8JxGCsiswt8t4JgGQEwGn3vSC/J9FOYdm9NJA1N5ZGaIu3SLFQqpYVg\n"
    "v6VGbNKJXL/9MoqrSKTCyYxfPp9zOO7g857PQdSWYF4AwCqyQUWzESDLz57XX5Rk\n"
    "l1IMsT0wY7rSmEHmDJEXfIKN1ouSCFkwmClt2EA10+7hNpNyq+BJffUr7LVRQ+US\n"
    "mpsenu7TNVOcHuarW0E7bdhncFe293IwnYAtRP0HdWGfJWTVTQM+6ysVQv3TDYiy\n"
    "ta3ZNeG0ZB+HGa9HDHtiGSH6ISU6jYBp495qzLDYD0mYi+2m9Du30uFZhoeimE/6\n"
    "0BR6rlC9446iV10kwtwiH4WYT2L61NHlkSqmQhejSO+8kDPJPnn2CHLroyr7f46V\n"
    "jQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view key_8200 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIEIzANBgkqhkiG9w0BAQEFAAOCBBAAMIIECwKCBAIAr+ZFUcDsAhCrT/tRCu56\n"
    "SDFZEPfxxPcUT+JWQGo4WQkP2s3mnuVZiYazGSy7zKX58fGM5viqeMABW5hYoczc\n"
    "xhqRryHsIweS232X1hPHGpeDEgMky7GuTgIajLCCKi7K1jyr2jMhkwtBADNj3wKJ\n"
    "9nqMt1CL6eMFfVM3qxiw2PzOC5Ihe4+2ltDr1jnyU4Ziz7XcE1wTbwbrW7tZkim2\n"
    "Ln738TxVckabkwxEFFuFZHLjrqUafklICOvhfYGex6u7FNy6+LkN7lVu1R1O/+Qn\n"
    "zeH2uebH8PC6oWGAyg+euYOw1oLnC6CJTTYXn2YXn+ZyAPDXxMQqD7s2WdwhbHDE\n"
    "vb1SsrNncFHy/NNpw6BQrSALQGInnCb783dRQ5W4oyKr0vmva5tX49llkv45dwGD\n"
    "SvKoSy7Zg1Ues/InVStYor6Pv1bGwncapfSWaREOaRQHdlQl15joF5K5qEy58Epq\n"
    "Qf22ziHatxaLoG1tFyy+NYGpg1kjG/SJrsDc74wBOVnjhskTH+XQqvxPxsiBmvNc\n"
    "CyfOWySTyOMgj/TZIsXDOQ5X0EW/A5RbT52/gVQgdrXGbU+4eIZsYYv63kR8x0GI\n"
    "QNpdiomvVt50++D1G2YBOYABf9omB9y44PoQzeS1zM7q8YtO6oLdFzDF+BPefm3F\n"
    "KIDwqTctxWAoeq0JoFinKe6CouSXTXQzZxG0LH5nkFSJtZnA01lR514GGTFCbmeo\n"
    "t0OVUVaSjEBKR3QbUG7zdvsEhxba3GxpINUMIR9cWOXr6SCZ/sO3W0JlwpEP+OxI\n"
    "buY2eU0hPWiiKeLb8r918HE8rH060Y+JLdOzEbO38FrMOoiivbBUEXlZrgjoTm9d\n"
    "2pkmLzHoPn/TNK9g4eB3e1qj5DNTgMJ+Bhw5tF3VC98GbyTVJrTFWJK8qk3y/hlo\n"
    "M/0Gaxnja9nUuTGXUvLhljrTA8x1DE105FiyUJS6l6BxwFf7Cjs2AQVDhrIABOmh\n"
    "76OaU2spC1Nber3bEP9LaNHdEhtI18yUshQCI2vUomYg92NhkNWECkgdCf06G62W\n"
    "gfIETyQvOtfSCcqCyEWX1q2K+hDiL58KRfh+QeXW5+5rHPGYeeinJDm2x3dvqB+y\n"
    "ZjgIXgSNfpqgaSqf8Ku9miAJx5YqY19cOJwmHfLuVg97zT2GFQGleZsOdfhK7+LP\n"
    "o7mah/cDjRc7QCIWz88CEOlxo44q5vVEKYoTizhdvs0L5Ao3Cuvap4mgO45B5ky3\n"
    "8ylY8/a3WgiuloqfDHx899oL+Lloxjt/X/O5vCNt+IoqdVjvJcpeC2OcOUVxkjsP\n"
    "5YhPk436bV8LEHnFNcsiEgkmbynVfz2flA6ArI0cGyTdAtg7P/4LcnBtQcPlz1np\n"
    "NzsCAwEAAQ==\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view key_1000 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGbMA0GCSqGSIb3DQEBAQUAA4GJADCBhQJ+ANRBXdhqOo/wd0eHN/UDO+ROLQnk\n"
    "6A0KxMn61j5ljyfqvBLAxADeJjXNCTUlXBjy9R8hLLGNI9WdLqG/uBjHtQOvmoL6\n"
    "4Xzr6NGBkeyTeMXfd8bSXzAHxkfsgBwEwZ8rvNAF8UTx2Dq5kEPuSZmbCp2h/tcX\n"
    "hj1OMANMciXVAgMBAAE=\n"
    "-----END PUBLIC KEY-----\n";

std::string encrypted(std::string_view key, std::string_view message = {"secret", 7}) {
  return rsa_encrypt(key, message, counting(0, 20));
}

}  // namespace

TEST_CASE("SHA: the examples of FIPS 180, and every place where a message can end") {
  CHECK(hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::string one;
  std::string two;
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::string message(size, 'x');
    one = sha1(one + message);
    two = sha256(two + message);
  }
  // By Python's hashlib.
  CHECK(hex(one) == "cb560997c5e7cb8d1cf9fd82c2ef26a82be386e9");
  CHECK(hex(two) == "f24608c82b3af6cc3e3ad627f1e5020f270afe00e63f6dfb187b0cab57cc8f33");
}

TEST_CASE("RSA: what OpenSSL decrypts, with keys of every shape") {
  // The ciphertexts' hashes are those of an encryption in Python, which OpenSSL has decrypted.
  CHECK(hex(sha256(encrypted(key_1024))) ==
        "3d18399befcfa8b22160a89955533c658b11711e3b55e8dea4c1fefe966e1123");
  CHECK(hex(sha256(encrypted(key_1032))) ==
        "cd83fc9e05de323db54f36323fb900c0457ae1478de43bec9271fd4e82e295c3");
  CHECK(hex(sha256(encrypted(key_2048))) ==
        "fce1b8ca7a0a9a515c96e0fab170cd4d6d14a3b5cebfe5f16c80b41c11e09fd2");
  CHECK(hex(sha256(encrypted(key_8192))) ==
        "d3c620acb12284e1b7283c961b368793aba8aae4094aa21e41aaee433fb593d5");
}

TEST_CASE("RSA: a key that cannot be used is refused") {
  CHECK(encrypted(key_8200).empty());
  CHECK(encrypted(key_1000).empty());
  CHECK(encrypted("").empty());
  CHECK(encrypted("-----BEGIN PUBLIC KEY-----").empty());
  CHECK(encrypted("-----BEGIN PUBLIC KEY-----\nMIGf\n-----END PUBLIC KEY-----").empty());
  CHECK(encrypted("-----BEGIN CERTIFICATE-----\nMIGf\n-----END CERTIFICATE-----").empty());
  const std::string key(key_1024);
  for (std::size_t size = 0; size < key.size() - 26; ++size)
    CHECK(encrypted(key.substr(0, size)).empty());
  // Every byte changed: no key, or another one.
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string other = key;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    const std::size_t size = encrypted(other).size();
    CHECK((size == 0 || size <= 128));
  }
}

TEST_CASE("RSA: a message that is too long for the key is refused") {
  CHECK(encrypted(key_1024, std::string(128 - 42, 'x')).size() == 128);
  CHECK(encrypted(key_1024, std::string(128 - 41, 'x')).empty());
}

TEST_CASE("MySQL: what the plug-ins are told") {
  const std::string nonce = counting(1, 20);
  const auto answer = [&](std::string_view plugin, const std::string& password, bool secure) {
    const auto told = first_answer(plugin, password, nonce, secure);
    return told ? hex(*told) : "nothing";
  };
  CHECK(answer("mysql_native_password", "secret", false) ==
        "b32bb3a583e1340c0a1108d58b1be49781ad8c2f");
  CHECK(answer("caching_sha2_password", "secret", false) ==
        "746ebe205d56a0707acb3e796e834e0dd7b1d61743b26bd5202c7a623230c7c9");
  CHECK(answer("mysql_native_password", "", false).empty());
  CHECK(answer("caching_sha2_password", "", true).empty());
  CHECK(answer("sha256_password", "pw", true) == "707700");
  CHECK(answer("sha256_password", "pw", false) == "01");
  CHECK(answer("sha256_password", "", false) == "00");
  CHECK(answer("mysql_clear_password", "pw", true) == "707700");
  CHECK(answer("mysql_clear_password", "pw", false) == "nothing");
  CHECK(answer("mysql_old_password", "pw", true) == "nothing");
  CHECK(first_answer("caching_sha2_password", "pw", "short", true) == "");
  CHECK(encrypted_password(key_1024, "pw", nonce).size() == 128);
  CHECK(encrypted_password(key_1024, "pw", nonce) != encrypted_password(key_1024, "pw", nonce));
  CHECK(encrypted_password(key_1024, "pw", "").empty());
}
