"""`{unbound}`: a name server on 127.0.0.2 (of 127.0.0.1, `free_port` keeps the port of UDP) and ::1, with a zone of its own."""
from __future__ import annotations

from ..process import Process, accepts, free_port, program, scratch, until

PACKAGES = "unbound"

CONFIGURATION = """
server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: "{folder}/pid"
  use-syslog: no
  logfile: "{folder}/log"
  interface: 127.0.0.2@{port}
  interface: ::1@{port}
  access-control: ::1 allow
  local-zone: "probe.test." static
  local-data: "app.probe.test. A 10.0.0.1"
  local-data: "app.probe.test. A 10.0.0.2"
  local-data: "app.probe.test. AAAA fd00::1"
  local-data: "probe.test. MX 10 app.probe.test."
  local-data: "www.probe.test. CNAME app.probe.test."
  local-data: "_http._tcp.probe.test. SRV 1 2 80 app.probe.test."
{many}
  local-zone: "refused.test." refuse
"""
# More than a message of UDP holds.
MANY = "\n".join(f'  local-data: "many.probe.test. A 10.1.{number // 200}.{number % 200}"' for number in range(600))


class Unbound:
    def __init__(self) -> None:
        folder = scratch.folder("unbound")
        folder.chmod(0o777)
        self.port = free_port()
        (folder / "unbound.conf").write_text(CONFIGURATION.format(folder=folder, port=self.port, many=MANY))
        self.process = Process([program("unbound"), "-d", "-c", str(folder / "unbound.conf")])
        until(lambda: accepts(self.port, "127.0.0.2"), "unbound", self.process)


STATES = {"": Unbound}
