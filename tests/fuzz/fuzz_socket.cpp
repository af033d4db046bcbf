// Any bytes, in any pieces, as what a socket answers.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const probe::Target target = [] {
    probe::CheckOptions options;
    options.data = probe::Secret(std::string_view("login user hunter2\r\n"));
    options.expectations.push_back(probe::Expectation::body("ok").value());
    options.expectations.push_back(probe::Expectation::regex("^2[0-9]{2} ").value());
    const probe::Protocol* tcp = probe::find_protocol("tcp");
    return tcp->parse(*tcp, "tcp://h:1", std::move(options)).value();
  }();
  converse_with(target, Pieces(data, size));
  return 0;
}
