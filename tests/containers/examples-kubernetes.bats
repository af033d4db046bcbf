#!/usr/bin/env bats
# The Kubernetes manifests: against the API's schema, and each pod's containers on Docker. There is no cluster here.

load examples.bash

setup() { examples_setup kubernetes; }

teardown() {
  docker ps --all --quiet --filter "label=pod=$prefix" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
  docker volume ls --quiet --filter "name=$prefix" | xargs --no-run-if-empty docker volume rm >/dev/null
  docker network ls --quiet --filter "name=^$prefix\$" | xargs --no-run-if-empty docker network rm >/dev/null
  examples_teardown
}

@test "kubernetes: the manifests fit the API's schema" {
  types=$BATS_TEST_DIRNAME/../../build/kubernetes
  mkdir -p "$types"
  "$BATS_TEST_DIRNAME/kubernetes-schema" "$types" "$examples"/kubernetes/*.yaml
  # and a misspelt field would not
  sed 's/readinessProbe/readynessProbe/' "$examples/kubernetes/app.yaml" >"$BATS_TEST_TMPDIR/app.yaml"
  fails "$BATS_TEST_DIRNAME/kubernetes-schema" "$types" "$BATS_TEST_TMPDIR/app.yaml"
  says readynessProbe
}

@test "kubernetes: init containers and probes of each pod do what they say" {
  export VOLUMES=$BATS_TEST_TMPDIR/volumes
  mkdir -p "$VOLUMES/database" && cp -r "$examples/build-system/database/migrations" "$VOLUMES/"
  printf %s "$secret" >"$VOLUMES/database/password"
  use images build-system/compose.yaml
  echo "services: { app: { image: $prefix-build-system-app } }" >"$BATS_TEST_TMPDIR/names.yaml"
  files+=(-f "$BATS_TEST_TMPDIR/names.yaml")
  compose build app
  docker network create "$prefix"

  # The database is started when the app's init container waits for it.
  "$BATS_TEST_DIRNAME/kubernetes-pod" "$prefix" "$examples/kubernetes/app.yaml" >"$BATS_TEST_TMPDIR/app.log" 2>&1 3>&- &
  app=$!
  eventually grep -F 'not ready  postgres://appuser@database/appdb' "$BATS_TEST_TMPDIR/app.log"
  "$BATS_TEST_DIRNAME/kubernetes-pod" "$prefix" "$examples/kubernetes/database.yaml" >"$BATS_TEST_TMPDIR/database.log" 2>&1
  wait "$app"
  run cat "$BATS_TEST_TMPDIR/app.log"
  says 'app: wait-for-database' 'not ready  postgres://appuser@database/appdb' 'ready      postgres://appuser@database/appdb' \
    'ready      http://localhost:8080/users  200 OK'
  [[ $output != *"$needle"* ]]
  run cat "$BATS_TEST_TMPDIR/database.log"
  says 'database: install-probe' 'ready      postgres://appuser@127.0.0.1/appdb'

  run "$BATS_TEST_DIRNAME/kubernetes-pod" "$prefix" "$examples/kubernetes/smoke-test.yaml"
  ((status == 0))
  says 'ready      http://app:8080/health  200 OK' 'ready      http://app:8080/users  200 OK'
}
