#!/usr/bin/env bats
# What Dockerfile.probe makes.
load common

binary_of() { if [[ $1 == *lite ]]; then echo build/release-lite/probe; else echo build/release/probe; fi; }

@test "each image is one layer with one file, which is the binary" {
  local name layers
  for name in probe:latest probe:lite; do # a name without a tag would save all tags
    mkdir "$BATS_TEST_TMPDIR/$name"
    docker save "$name" | tar -xC "$BATS_TEST_TMPDIR/$name"
    mapfile -t layers < <(jq -r '.[0].Layers[]' "$BATS_TEST_TMPDIR/$name/manifest.json")
    ((${#layers[@]} == 1))
    tar --numeric-owner -tvf "$BATS_TEST_TMPDIR/$name/${layers[0]}" >"$BATS_TEST_TMPDIR/list"
    has "$(<"$BATS_TEST_TMPDIR/list")" '-rwxr-xr-x 0/0 * probe'
    tar -xOf "$BATS_TEST_TMPDIR/$name/${layers[0]}" probe | cmp - "$(binary_of "$name")"
  done
}

@test "its size is the binary's" {
  local name size
  for name in probe probe:lite; do
    size=$(docker image inspect -f '{{.Size}}' "$name")
    echo "# $name: $size bytes" >&3
    ((size == $(stat -c %s "$(binary_of "$name")")))
  done
}

@test "labels, user, entrypoint; it runs" {
  local name label
  for name in probe probe:lite; do
    for label in title description version licenses; do
      [[ $(docker image inspect -f "{{index .Config.Labels \"org.opencontainers.image.$label\"}}" "$name") ]]
    done
    has "$(docker run --rm "$name" --version | head -n 1)" \
      "probe $(docker image inspect -f '{{index .Config.Labels "org.opencontainers.image.version"}}' "$name") *"
    [[ $(docker image inspect -f '{{.Config.User}} {{.Config.Entrypoint}}' "$name") == '65532:65532 [/probe]' ]]
  done
}
