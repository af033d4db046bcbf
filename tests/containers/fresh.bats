#!/usr/bin/env bats
# The README's first command on a bare Debian: a clean checkout, and nothing installed by hand. It builds the toolchain, with
# that Debian's compiler, which takes minutes. `run` and ctest leave it out, unless it is asked for: `run fresh.bats`, or the
# versions in CMake's variable PROBE_FRESH.
load common

# demo_on VERSION: in a container of debian:VERSION, with a copy of what git knows here.
demo_on() {
  docker create --name "$id-fresh" --label "test=$id" --init --workdir /probe "debian:$1" scripts/demo >/dev/null
  git ls-files -z --cached --others --exclude-standard | tar --null --files-from - --owner 0 --group 0 --transform 's,^,probe/,' -c |
    docker cp - "$id-fresh:/"
  docker start --attach "$id-fresh" 2>&1 | tee "$logs/fresh-$1.log" | sed -u 's/^/# /' >&3
  [[ $(exit_status fresh) == 0 ]]
}
setup_file() { export logs=$BATS_TEST_DIRNAME/../../build/logs; }

@test "scripts/demo on a fresh Debian 12" { demo_on 12; }
@test "scripts/demo on a fresh Debian 13" { demo_on 13; }
