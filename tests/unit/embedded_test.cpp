#include "embedded.hpp"

#include "catch.hpp"

#include <openssl/x509.h>

using namespace probe;

TEST_CASE("the built-in roots are certificates, each under its subject's hash") {
  const auto number_at = [](const unsigned char* bytes) {
    return bytes[0] | static_cast<unsigned>(bytes[1]) << 8U |
           static_cast<unsigned>(bytes[2]) << 16U | static_cast<unsigned>(bytes[3]) << 24U;
  };
  auto records = embedded_ca_roots();
  int count = 0;
  while (!records.empty()) {
    REQUIRE(records.size() > 8);
    const unsigned size = number_at(records.data() + 4);
    REQUIRE(records.size() >= 8 + size);
    const unsigned char* der = records.data() + 8;
    X509* certificate = d2i_X509(nullptr, &der, size);
    REQUIRE(certificate != nullptr);
    CHECK(X509_NAME_hash_ex(X509_get_subject_name(certificate), nullptr, nullptr, nullptr) ==
          number_at(records.data()));
    X509_free(certificate);
    records = records.subspan(8 + size);
    ++count;
  }
  CHECK(count > 100);
}

TEST_CASE("the licences are there") {
  CHECK(embedded_licenses().find("MIT License") != std::string_view::npos);
}
