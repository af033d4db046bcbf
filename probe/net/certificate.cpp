#include "net/certificate.hpp"

#include "base/text.hpp"

#include <openssl/x509v3.h>

#include <cstdint>
#include <ctime>
#include <string_view>

namespace probe {
namespace {

std::string common_name(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return "unnamed";
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return "unnamed";
  std::string out =
      printable({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)}, 80);
  OPENSSL_free(text);
  return out;
}

/// `2026-11-22`, in UTC.
std::string date(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  const auto two = [](int value) { return cat(value < 10 ? "0" : "", value); };
  return cat(parts.tm_year + 1900, '-', two(parts.tm_mon + 1), '-', two(parts.tm_mday));
}

std::string address_text(const ASN1_OCTET_STRING* address) {
  const unsigned char* bytes = ASN1_STRING_get0_data(address);
  if (ASN1_STRING_length(address) != 4) return "an IPv6 address";
  return cat(bytes[0], '.', bytes[1], '.', bytes[2], '.', bytes[3]);
}

/// The DNS names and addresses that a certificate is for (RFC 5280, section 4.2.1.6).
std::string subject_names(const X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names) && out.size() < 120; ++i) {
    const GENERAL_NAME* entry = sk_GENERAL_NAME_value(names, i);
    int type = 0;
    const void* value = GENERAL_NAME_get0_value(entry, &type);
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    if (!out.empty()) out += ", ";
    if (type == GEN_IPADD) {
      out += address_text(static_cast<const ASN1_OCTET_STRING*>(value));
    } else {
      const auto* text = static_cast<const ASN1_IA5STRING*>(value);
      out += printable({reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                        static_cast<std::size_t>(ASN1_STRING_length(text))},
                       80);
    }
  }
  GENERAL_NAMES_free(names);
  return out;
}

/// A common name counts for nothing (RFC 9525, section 2).
std::string wrong_name(const X509* certificate, const std::string& host) {
  const std::string names = subject_names(certificate);
  if (!names.empty()) return cat("certificate is for ", names, ", not for ", host);
  return cat("certificate names no host, only the common name \"",
             common_name(X509_get_subject_name(certificate)), '"');
}

}  // namespace

std::string explain_certificate(X509_STORE_CTX* store, const std::string& host) {
  const int error = X509_STORE_CTX_get_error(store);
  const X509* certificate = X509_STORE_CTX_get_current_cert(store);
  if (certificate == nullptr) return X509_verify_cert_error_string(error);
  const std::string subject = common_name(X509_get_subject_name(certificate));
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return cat("certificate \"", subject, "\" expired on ",
                 date(X509_get0_notAfter(certificate)));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return cat("certificate \"", subject, "\" is not valid before ",
                 date(X509_get0_notBefore(certificate)));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return cat("self-signed certificate \"", subject, '"');
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return cat("certificate from an unknown authority, \"", subject, '"');
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return cat("certificate from an unknown authority, \"",
                 common_name(X509_get_issuer_name(certificate)), '"');
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return wrong_name(certificate, host);
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return cat("the key of certificate \"", subject, "\" is too weak");
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return cat("the signature of certificate \"", subject, "\" is too weak");
    case X509_V_ERR_INVALID_PURPOSE:
      return cat("certificate \"", subject, "\" is not one for servers");
    case X509_V_ERR_INVALID_CA:
      return cat("certificate \"", subject, "\" has signed another, but is not an authority's");
    default:
      return X509_verify_cert_error_string(error);
  }
}

std::string explain_end(const X509* certificate, unsigned days) {
  constexpr std::int64_t seconds_of_day = 86'400;
  std::time_t until = std::time(nullptr) + (days * seconds_of_day);
  const ASN1_TIME* end = X509_get0_notAfter(certificate);
  // 0 is an error, and no equality.
  if (X509_cmp_time(end, &until) > 0) return "";
  const std::string said =
      cat("certificate \"", common_name(X509_get_subject_name(certificate)), '"');
  if (X509_cmp_current_time(end) < 0) return cat(said, " expired on ", date(end));
  return cat(said, " expires on ", date(end), ", in less than ", days,
             days == 1 ? " day" : " days");
}

}  // namespace probe
