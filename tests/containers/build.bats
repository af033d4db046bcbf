#!/usr/bin/env bats
# Building Dockerfile.probe.
load common

# The binary of scripts/test, at another path and in a container: the same toolchain and source give the same bytes.
@test "built in a container from the same toolchain: the same bytes as here" {
  docker build --quiet -f Dockerfile.probe --build-context toolchain=build/toolchain/x86_64 \
    --label "test=$id" --tag "$id-built" . >/dev/null
  docker create --name "$id-built" --label "test=$id" "$id-built" >/dev/null
  docker cp "$id-built:/probe" "$BATS_TEST_TMPDIR/probe"
  cmp "$BATS_TEST_TMPDIR/probe" build/release/probe
}

@test "the same image every time, with SOURCE_DATE_EPOCH" {
  local n
  for n in 1 2; do
    SOURCE_DATE_EPOCH=1700000000 docker build --no-cache --quiet -f Dockerfile.probe --build-context build-full=build/release \
      --label "test=$id" . >"$BATS_TEST_TMPDIR/$n"
    sleep 1.1
  done
  cmp "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
  [[ $(docker image inspect -f '{{.Created}}' "$(<"$BATS_TEST_TMPDIR/1")") == 2023-11-14T22:13:20Z ]]
}

@test "an architecture that is not built fails to build, and says so" {
  local platform
  for platform in linux/386 linux/arm/v7 linux/riscv64; do
    run docker build --progress plain --platform "$platform" -f Dockerfile.probe --build-context toolchain=build/toolchain/x86_64 .
    ((status != 0))
    has "$output" '*error: probe is built for linux/amd64 and linux/arm64, not for *'
  done
}

@test "a toolchain for another architecture fails to build" {
  run docker build --progress plain --platform linux/arm64 -f Dockerfile.probe --target lite \
    --build-context toolchain=build/toolchain/x86_64 .
  ((status != 0))
}

@test "COPY --from=probe for an architecture that the image is not for fails to build" {
  run docker build --progress plain --platform linux/arm64 - <<<$'FROM scratch\nCOPY --from=probe /probe /probe'
  ((status != 0))
}

# Everything from Debian's packages on, as a user builds it; the toolchain is made once per engine, in minutes.
@test "arm64: runs under qemu, against real servers, as an image and as a health check would" {
  local target
  docker build --quiet --platform linux/arm64 -f Dockerfile.probe --label "test=$id" --tag "$id-arm64" . >/dev/null
  [[ $(docker image inspect -f '{{.Architecture}}' "$id-arm64") == arm64 ]]
  network
  container redis --network "$id" --network-alias redis redis:7-alpine --requirepass hunter2
  container nginx --network "$id" --network-alias nginx nginx:alpine
  postgres db --network "$id" --network-alias db
  emulated wait -q redis://:hunter2@redis postgres://app:hunter2@db/app http://nginx/
  for target in redis://:hunter2@redis postgres://app:hunter2@db/app http://nginx/ tcp://nginx:80; do
    run emulated "$target"
    echo "$output"
    ((status == 0))
    has "$output" 'ready      *'
  done
  run emulated postgres://app:letmein@db/app redis://redis
  ((status == 1))
  has "$output" '*login: password authentication failed*NOAUTH*'
}
emulated() {
  docker run --rm --platform linux/arm64 --network "$id" -v "$(command -v qemu-aarch64-static):/qemu:ro" --entrypoint /qemu \
    "$id-arm64" /probe "$@"
}

# The compiler stops at the first file, so this is quick; the toolchain's step has been taken from the cache by then.
@test "a change in probe/ does not rebuild the toolchain" {
  local context=$BATS_TEST_TMPDIR/context
  mkdir "$context"
  cp -R .dockerignore Dockerfile.probe LICENSE CMakeLists.txt CMakePresets.json cmake probe scripts "$context"
  find "$context/probe" -name '*.cpp' -exec sed -i '1i #error changed' {} +
  run docker build --progress plain --platform linux/arm64 -f Dockerfile.probe "$context"
  ((status != 0))
  has "$output" '*#error changed*'
  grep -A 1 'toolchain-build .*RUN scripts/toolchain' <<<"$output" | grep CACHED
}
