# shellcheck shell=bash disable=SC2154 # BATS_… come from bats
# What the tests share. Whatever a test makes on the engine has a name that begins with $id, and the label test=$id, by
# which it is removed.

bats_require_minimum_version 1.5.0

setup() {
  id=probe-test-$BATS_ROOT_PID-$BATS_SUITE_TEST_NUMBER
  cd "$BATS_TEST_DIRNAME/../.." || return
}

teardown() {
  local found
  mapfile -t found < <(docker ps -aq --filter "label=test=$id")
  if [[ -z ${BATS_TEST_COMPLETED-} ]] && ((${#found[@]})); then
    docker ps -a --filter "label=test=$id"
    for_each show_logs "${found[@]}"
  fi
  ((${#found[@]} == 0)) || docker rm -fv "${found[@]}" >/dev/null
  mapfile -t found < <(docker volume ls -q --filter "label=test=$id")
  ((${#found[@]} == 0)) || docker volume rm "${found[@]}" >/dev/null
  mapfile -t found < <(docker network ls -q --filter "label=test=$id")
  ((${#found[@]} == 0)) || docker network rm "${found[@]}" >/dev/null
  mapfile -t found < <(docker images -q --filter "label=test=$id")
  ((${#found[@]} == 0)) || docker image rm -f "${found[@]}" >/dev/null
}
show_logs() { echo "-- $1" && docker logs --tail 10 "$1" 2>&1 && health_log "$1"; }
for_each() {
  local command=$1 word
  shift
  for word; do "$command" "$word"; done
}

# container NAME ARGUMENT...: `docker run -d` under the name $id-NAME.
container() {
  local name=$1
  shift
  docker run -d --name "$id-$name" --label "test=$id" "$@" >/dev/null
}

# network [OPTION...]: a network of the test's own, called $id.
network() { docker network create --label "test=$id" "$@" "$id" >/dev/null; }

# image NAME: builds the image $id-NAME of the Dockerfile on standard input, which has no context.
image() { docker build --quiet --label "test=$id" --tag "$id-$1" - >/dev/null; }

# postgres NAME ARGUMENT...: Postgres 15 with the user app and the password hunter2, started quickly. Arguments are those
# of docker run.
postgres() {
  local name=$1
  shift
  container "$name" --tmpfs /var/lib/postgresql/data -e POSTGRES_USER=app -e POSTGRES_PASSWORD=hunter2 \
    -e POSTGRES_INITDB_ARGS=--no-sync "$@" postgres:15-alpine -c fsync=off
}

health() { docker inspect -f '{{.State.Health.Status}}' "$id-$1"; }
# What the checks have printed, as `docker inspect` shows it; with exit status in front.
health_log() {
  local name=$1
  [[ $name =~ ^[0-9a-f]{12}$ ]] || name=$id-$name # teardown knows ids only
  docker inspect "$name" | jq -r '.[0].State.Health.Log[]? | "\(.ExitCode) \(.Output)"'
}
last_health_log() { docker inspect "$id-$1" | jq -r '.[0].State.Health.Log[-1].Output'; }

# eventually COMMAND...: repeats it until it succeeds. The bound is for a test that would never end; it says nothing about
# how quick anything is, and suits the slowest machine.
eventually() {
  local end=$((SECONDS + 180)) output
  until output=$("$@" 2>&1); do
    ((SECONDS < end)) || { echo "not in time: $*"$'\n'"$output" && return 1; }
    sleep 0.2
  done
}
becomes() { [[ $(health "$1") == "$2" ]]; }
logs() { docker logs "$id-$1" 2>&1; }
logs_have() { logs "$1" | grep -F -- "$2"; }
exit_status() { docker inspect -f '{{.State.ExitCode}}' "$id-$1"; }
last_health_log_has() { last_health_log "$1" | grep -F -- "$2"; }

# has TEXT PATTERN: fails, and shows the text, unless it matches the glob pattern.
has() {
  # shellcheck disable=SC2053 # a pattern is wanted
  [[ $1 == $2 ]] || { printf 'expected: %s\ngot: %s\n' "$2" "$1" && return 1; }
}

# Milliseconds since 1970 of a time as Docker writes it; now, without one.
milliseconds() { date -d "${1:-now}" +%s%3N; }
