#include "protocols/grpc/answer.hpp"

#include "base/text.hpp"
#include "protocols/grpc/health.hpp"
#include "protocols/grpc/hpack.hpp"

#include <array>

namespace probe {
namespace {

/// The name of a field as far as it matters here.
std::string_view name_of(const hpack::Field& field) {
  const unsigned index = field.index;
  if (index == 0) return field.name;
  if (index >= hpack::index::status_200 && index <= hpack::index::status_500) return ":status";
  return index == hpack::index::content_type ? "content-type" : "";
}

int status_of(const hpack::Field& field) {
  constexpr std::array<int, 7> indexed{200, 204, 206, 304, 400, 404, 500};
  if (field.indexed) return indexed[field.index - hpack::index::status_200];
  const auto number = parse_number(field.value);
  return number && *number >= 100 && *number <= 999 ? static_cast<int>(*number) : 0;
}

/// What a call's status means here.
std::string_view meaning(std::uint64_t status, const Target& target) {
  using namespace grpc_status;
  const bool own = !data_of<GrpcTarget>(target).service.empty();
  if (status == not_found)
    return own ? "the server does not know this service" : "it needs a service: grpc://host/NAME";
  if (status == unimplemented) return "the server has no health service";
  const bool refused = status == unauthenticated || status == permission_denied;
  return refused && target.options.headers.empty() ? "it may want -H \"Authorization: ...\"" : "";
}

bool is_auth(std::uint64_t status) {
  return status == grpc_status::unauthenticated || status == grpc_status::permission_denied;
}

std::unexpected<Failure> failed(Reason reason, std::string text) {
  return std::unexpected(Failure{Stage::response, reason, std::move(text), ""});
}

}  // namespace

bool GrpcAnswer::add_fields(std::string_view block) {
  while (const auto field = hpack::take_field(block)) {
    const std::string_view name = name_of(*field);
    if (name == ":status") {
      status = status_of(*field);
      if (status == 0) return false;
    } else if (name == "content-type") {
      content_type = field->value;
    } else if (name == "grpc-status") {
      grpc_status = parse_number(field->value);
      if (!grpc_status) return false;
    } else if (name == "grpc-message") {
      grpc_message = decode_grpc_message(field->value);
    }
  }
  return block.empty();
}

Outcome GrpcAnswer::judged(const Target& target) const {
  constexpr std::size_t longest_words = 400;
  if (!grpc_status) {
    const Reason reason = status == 401 || status == 403 ? Reason::auth : Reason::not_ready;
    if (status != 200)
      return failed(reason, cat("HTTP status ", status, ", not an answer of gRPC"));
    if (!content_type.starts_with("application/grpc"))
      return failed(Reason::protocol, cat("not a gRPC answer: its content-type is \"",
                                          excerpt(content_type, target, 60), '"'));
    return failed(Reason::protocol, "the answer has no grpc-status");
  }
  if (*grpc_status != 0) {
    const std::string_view hint = meaning(*grpc_status, target);
    const std::string_view words = grpc_message;
    return failed(is_auth(*grpc_status) ? Reason::auth : Reason::not_ready,
                  cat(grpc_status_name(*grpc_status), hint.empty() ? "" : ", ", hint,
                      words.empty() ? "" : ": ", excerpt(words, target, longest_words)));
  }
  const auto serving = read_health_response(body);
  if (!serving) return failed(Reason::protocol, "the answer is not a HealthCheckResponse");
  if (*serving == serving_status::serving) return Ready{"SERVING"};
  return failed(Reason::not_ready, serving_status_name(*serving));
}

}  // namespace probe
