#!/usr/bin/env bats
# The tests' engine keeps to itself.
load common

@test "published ports, mounts and bridges of the engine are not the machine's" {
  local port
  echo "$id" >"$BATS_TEST_TMPDIR/index.html"
  chmod 755 "$BATS_TEST_TMPDIR"
  container nginx -p 80 -v "$BATS_TEST_TMPDIR:/usr/share/nginx/html:ro" nginx:alpine
  port=$(docker port "$id-nginx" 80 | sed -n '1s/.*://p')
  # By its page, since the machine may have something else at a port of this number.
  eventually tests/containers/engine run build/release/probe --expect-body "$id" ":$port/"
  run build/release/probe --expect-body "$id" ":$port/"
  ((status == 1))
  run ! grep -F build/engine /proc/self/mounts
  network -o com.docker.network.bridge.name=probe-test0
  tests/containers/engine run ip link show probe-test0
  run ! ip link show probe-test0
}
