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

# The step that fails fills a disk of its own, at build/ of a copy of the scripts.
@test "a full disk is named where a step of scripts/toolchain fails" {
  local copy=$BATS_TEST_TMPDIR/copy
  mkdir -p "$copy/build"
  cp -R scripts "$copy"
  # shellcheck disable=SC2016 # the inner shell's
  run unshare --mount bash -c 'mount -t tmpfs -o size=1m tmpfs "$0/build"; . "$0/scripts/lib.sh"
    set -euo pipefail
    logged some-step dd if=/dev/zero of=build/file bs=64k' "$copy"
  ((status == 1))
  has "$output" '*error: some-step failed: the disk is full (0 MB left in build/); the whole log is in build/logs/some-step.log'
}

# Files of a new version may be older than what was compiled of the last; Ninja goes by their times.
@test "an unpacked source is as new as its unpacking, and one that was interrupted is made again" {
  # shellcheck disable=SC2016 # the inner shell's
  run bash -c 'set -euo pipefail
    trees=$0/trees sysroot=$0/sysroot src=$0 root=$PWD
    . scripts/toolchain.d/trees.sh
    file_of() { echo "$version"; }
    tree_one() { echo "$version" >file; touch -d 2001-01-01 file; ${interrupt:-:}; touch whole; }
    mkdir -p "$trees"
    both_end() { kill -KILL "$outer" "$BASHPID"; }
    version=1; (outer=$BASHPID interrupt=both_end; tree "$trees/one" package) || echo interrupted
    [[ ! -e $trees/one ]]
    tree "$trees/one" package
    touch -d "1 second ago" "$0/object"
    version=2; tree "$trees/one" package
    [[ $(<"$trees/one/file") == 2 && -e $trees/one/whole && $trees/one/file -nt $0/object ]]
    echo well' "$BATS_TEST_TMPDIR"
  echo "$output"
  has "$output" '*interrupted*well'
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
