#!/usr/bin/env bats
# The tests' engine keeps to itself.
load common

@test "published ports, mounts and bridges of the engine are not the machine's" {
  container nginx -p 18099:80 nginx:alpine
  within 10 tests/containers/engine run build/release/probe :18099/
  run build/release/probe tcp://127.0.0.1:18099
  ((status == 1))
  run ! grep -F build/engine /proc/self/mounts
  network -o com.docker.network.bridge.name=probe-test0
  tests/containers/engine run ip link show probe-test0
  run ! ip link show probe-test0
}
