#include "catch.hpp"
#include "protocols/exchange.hpp"
#include "protocols/grpc/health.hpp"

using namespace probe;

TEST_CASE("gRPC: a long service") {
  const std::string request = health_request(std::string(300, 's'));
  CHECK(request.starts_with(std::string_view("\0\0\0\1\x2f\x0a\xac\2s", 9)));
  CHECK(health_request("") == std::string(5, '\0'));
}

TEST_CASE("gRPC: HealthCheckResponse") {
  const auto status = [](std::string_view fields_of_it) {
    std::string bytes(1, '\0');
    put_big_endian(bytes, fields_of_it.size(), 4);
    return read_health_response(bytes += fields_of_it);
  };
  CHECK(status("") == 0);
  CHECK(status("\x08\1") == 1);
  CHECK(status("\x08\2\x08\1") == 1);  // the last counts
  CHECK(status("\x12\3abc\x19xxxxxxxx\x25yyyy\x08\1\x30\x96\1") == 1);
  CHECK_FALSE(status("\x08").has_value());
  CHECK_FALSE(status("\x08\xff").has_value());
  CHECK_FALSE(status("\x12\x04"
                     "abc")
                  .has_value());
  CHECK_FALSE(status("\x0b").has_value());
  CHECK_FALSE(status("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1").has_value());
  CHECK_FALSE(read_health_response("").has_value());
  CHECK_FALSE(read_health_response(std::string_view("\1\0\0\0\2\x08\1", 7)).has_value());
  CHECK_FALSE(read_health_response(std::string(10, '\0')).has_value());  // two
}
