#include "net/host_names.hpp"

#include "catch.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>

using namespace probe;

namespace {

std::vector<std::string> search(std::string_view host, std::vector<std::string> domains,
                                std::size_t ndots = 1) {
  return search_list(host, {std::move(domains), ndots});
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("the search list, as resolv.conf(5) has it") {
  CHECK(search("db", {"ns.svc", "svc"}) == List{"db.ns.svc.", "db.svc.", "db."});
  CHECK(search("db.corp", {"ns.svc"}) == List{"db.corp.", "db.corp.ns.svc."});
  CHECK(search("db.corp", {"ns.svc"}, 5) == List{"db.corp.ns.svc.", "db.corp."});
  CHECK(search("db.corp.", {"ns.svc"}, 5) == List{"db.corp."});
  CHECK(search("db", {}) == List{"db."});
  CHECK(search("db", {"ns.svc"}, 0) == List{"db.", "db.ns.svc."});
}

TEST_CASE("domains of the search list may have dots around them, and be the root") {
  CHECK(search("db", {".ns.svc", "svc."}) == List{"db.ns.svc.", "db.svc.", "db."});
  CHECK(search("db", {".", "svc"}) == List{"db.", "db.svc."});
  CHECK(search("a.b", {"."}) == List{"a.b."});
}

TEST_CASE("a resolv.conf") {
  const std::string path = "resolv_conf_for_unit_test";
  const auto read = [&](const char* text) {
    std::ofstream(path) << text;
    return read_search_domains(path.c_str());
  };
  CHECK(read("domain a.test\nsearch ns.svc\tsvc \n").domains == List{"ns.svc", "svc"});
  CHECK(read("search ns.svc svc\ndomain a.test b.test").domains == List{"a.test"});
  CHECK(read("#search no\n;search no\nsearch ns.svc\r\nsearchy no\n").domains == List{"ns.svc"});
  CHECK(read("search a\n").ndots == 1);
  CHECK(read("options edns0 ndots:5 trust-ad\nnameserver ::1\n").ndots == 5);
  CHECK(read("options ndots:0\n").ndots == 0);
  CHECK(read("options ndots:99\noptions ndots:x\n").ndots == 15);
  ::setenv("LOCALDOMAIN", "c.test d.test", 1);
  ::setenv("RES_OPTIONS", "ndots:3", 1);
  CHECK(read("search a\noptions ndots:2\n").domains == List{"c.test", "d.test"});
  CHECK(read("search a\noptions ndots:2\n").ndots == 3);
  CHECK(read_search_domains("no_such_file").domains == List{"c.test", "d.test"});
  ::unsetenv("LOCALDOMAIN");
  ::unsetenv("RES_OPTIONS");
  std::remove(path.c_str());
}

TEST_CASE("a file of hosts") {
  const std::string path = "hosts_for_unit_test";
  std::ofstream(path) << "# 127.0.0.9 app\n127.0.0.1\tfirst  App.Test app # not-this\n\n"
                      << "::1 app\r\n127.0.0.1 app\nnonsense app\n127.0.0.2 application\n"
                      << "127.0.0.3\nfe80::1%lo app\n127.0.0.4 last";
  const auto find = [&](const std::string& host) {
    List found;
    const auto addresses = read_hosts_file(path.c_str(), host);
    for (const auto& ip : addresses.value()) found.push_back(ip.to_string());
    return found;
  };
  CHECK(find("app") == List{"127.0.0.1", "::1", "fe80::1%lo"});
  CHECK(find("APP.test") == List{"127.0.0.1"});
  CHECK(find("last") == List{"127.0.0.4"});
  CHECK(find("not-this").empty());
  CHECK(find("127.0.0.3").empty());
  CHECK(read_hosts_file("no_such_file", "app")->empty());
  CHECK(read_hosts_file(".", "app").error() == EISDIR);
  std::remove(path.c_str());
}
