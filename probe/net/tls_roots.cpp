#include "net/tls_roots.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "embedded.hpp"
#include "net/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

namespace probe {
namespace {

constexpr const char* bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, distroless
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL
    "/etc/ssl/cert.pem",                                  // Alpine, BSD
};

bool readable(const std::string& path) {
  return ::access(path.c_str(), R_OK) == 0;
}

/// Whether any of the folders of `list`, separated by colons, can be read: as in OpenSSL, the
/// others need not be there.
bool any_readable(std::string_view list) {
  while (true) {
    const std::string_view folder = list.substr(0, list.find(':'));
    if (readable(std::string(folder))) return true;
    if (folder.size() == list.size()) return false;
    list.remove_prefix(folder.size() + 1);
  }
}

/// The value of an environment variable; empty if it is not set.
std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::uint32_t number_at(const unsigned char* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8U |
         static_cast<std::uint32_t>(bytes[2]) << 16U | static_cast<std::uint32_t>(bytes[3]) << 24U;
}

/// Calls `take` with the subject's hash and the DER of each built-in root.
template <class Take>
void for_each_built_in(Take take) {
  constexpr std::size_t header = 8;
  std::span<const unsigned char> records = embedded_ca_roots();
  while (records.size() > header) {
    const std::uint32_t size = number_at(records.data() + 4);
    take(number_at(records.data()), records.subspan(header, size));
    records = records.subspan(header + size);
  }
}

X509* parse_certificate(std::span<const unsigned char> der) {
  const unsigned char* bytes = der.data();
  return d2i_X509(nullptr, &bytes, static_cast<long>(der.size()));
}

void add_built_in(X509_STORE* store, std::uint32_t subject_hash) {
  for_each_built_in([&](std::uint32_t hash, std::span<const unsigned char> der) {
    if (hash != subject_hash) return;
    X509* certificate = parse_certificate(der);
    if (certificate != nullptr) X509_STORE_add_cert(store, certificate);
    X509_free(certificate);
  });
}

/// The built-in roots in a file in memory, which stays open as long as the process runs.
Parsed<std::string> write_built_in() {
  const int fd = ::memfd_create("probe-roots", MFD_CLOEXEC);
  if (fd < 0) return usage_error(cat("cannot provide the built-in roots: ", std::strerror(errno)));
  BIO* out = BIO_new_fd(fd, BIO_NOCLOSE);
  for_each_built_in([&](std::uint32_t /*hash*/, std::span<const unsigned char> der) {
    X509* certificate = parse_certificate(der);
    if (certificate != nullptr) PEM_write_bio_X509(out, certificate);
    X509_free(certificate);
  });
  BIO_free(out);
  return cat("/proc/self/fd/", fd);
}

}  // namespace

Parsed<TrustedRoots> TrustedRoots::find(const CheckOptions& options) {
  TrustedRoots roots;
  if (!options.cacert.empty() || options.insecure) return roots;
  roots.file_ = environment("SSL_CERT_FILE");
  roots.directory_ = environment("SSL_CERT_DIR");
  const auto cannot_read = [](const char* variable, const std::string& named) {
    return usage_error(
        cat(variable, ": cannot read \"", printable(named), "\": ", std::strerror(errno)));
  };
  if (is_special_file(roots.file_)) {
    return usage_error(
        cat("SSL_CERT_FILE: \"", printable(roots.file_), "\" is not a regular file"));
  }
  if (!roots.file_.empty() && !readable(roots.file_))
    return cannot_read("SSL_CERT_FILE", roots.file_);
  if (!roots.directory_.empty() && !any_readable(roots.directory_))
    return cannot_read("SSL_CERT_DIR", roots.directory_);
  for (const char* bundle : bundles) {
    if (roots.file_.empty() && roots.directory_.empty() && readable(bundle)) roots.file_ = bundle;
  }
  roots.built_in_ = roots.file_.empty() && roots.directory_.empty();
  return roots;
}

Parsed<std::string> TrustedRoots::file() const {
  if (built_in_) return write_built_in();
  if (file_.empty())
    return usage_error("SSL_CERT_DIR cannot be used for Postgres; name a file in SSL_CERT_FILE");
  return file_;
}

Parsed<std::string> trusted_roots_file() {
  const auto roots = TrustedRoots::find({});
  if (!roots) return std::unexpected(roots.error());
  return roots->file();
}

void TrustedRoots::add_issuers(X509_STORE_CTX* context) const {
  X509_STORE* store = X509_STORE_CTX_get0_store(context);
  if (!loaded_ && !file_.empty()) X509_STORE_load_file(store, file_.c_str());
  if (!loaded_ && !directory_.empty()) X509_STORE_load_path(store, directory_.c_str());
  loaded_ = true;
  if (built_in_) {
    STACK_OF(X509)* chain = X509_STORE_CTX_get0_untrusted(context);
    for (int i = 0; i < sk_X509_num(chain); ++i) {
      const X509_NAME* issuer = X509_get_issuer_name(sk_X509_value(chain, i));
      add_built_in(
          store, static_cast<std::uint32_t>(X509_NAME_hash_ex(issuer, nullptr, nullptr, nullptr)));
    }
  }
  // What cannot be read is missing from the store, and the verification says so.
  ERR_clear_error();
}

}  // namespace probe
