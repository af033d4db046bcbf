# What the tests of compose-examples/ share. Each test runs one example as a compose project with a name of its own, and
# removes it. Nothing is changed in the examples but the time between checks, the published ports, where secrets are, and that
# Postgres does not wait for the disk.

examples=$BATS_TEST_DIRNAME/../../compose-examples

# PREFIX: what the projects of this file are called.
examples_setup() {
  local here=$BATS_TEST_DIRNAME
  [[ ${DOCKER_HOST-} ]] || eval "$("$here/engine" env)"
  prefix=example-$1-$$
  needle=$(openssl rand -hex 8)
  secret="s3cr@t:/%20-$needle" # what a careless URL would trip over
  export SECRETS=$BATS_TEST_TMPDIR/secrets PORT=0 HTTP_PORT=0 HTTPS_PORT=0 DB_PORT=0 COMPOSE_PROGRESS=quiet
  mkdir -p "$SECRETS"
  projects=()
}

# use PROJECT FILE...: what `compose` means from here on; file names are those in compose-examples/.
use() {
  project=$prefix-$1
  projects+=("$project")
  files=()
  local file
  for file in "${@:2}"; do files+=(-f "$examples/$file"); done
}

# often SERVICE...: their checks come every second, and two failures are enough, once the first has succeeded.
often() {
  local override=$BATS_TEST_TMPDIR/often.yaml service
  echo services: >"$override"
  for service in "$@"; do echo "  $service: { healthcheck: { interval: 1s, retries: 2, start_period: 10m } }" >>"$override"; done
  files+=(-f "$override")
}

# unsynced SERVICE: this Postgres does not wait for the disk.
unsynced() {
  local override=$BATS_TEST_TMPDIR/unsynced.yaml
  echo "services: { $1: { environment: { POSTGRES_INITDB_ARGS: --no-sync }, command: [postgres, -c, fsync=off] } }" >"$override"
  files+=(-f "$override")
}

# slow SERVICE: the first start of this database does not end, as with much to migrate, until `release SERVICE`.
slow() {
  local override=$BATS_TEST_TMPDIR/slow.yaml
  cat >"$override" <<YAML
services: { $1: { configs: [{ source: slow, target: /docker-entrypoint-initdb.d/slow.sh }] } }
configs: { slow: { content: "until [ -e /tmp/end ]; do sleep 0.1; done" } }
YAML
  files+=(-f "$override")
}

release() { compose exec -T "$1" touch /tmp/end; }

compose() { docker compose -p "$project" "${files[@]}" "$@"; }

examples_teardown() {
  local one
  for one in "${projects[@]}"; do
    docker compose -p "$one" --profile '*' down --volumes --remove-orphans --timeout 0 >/dev/null 2>&1
    docker image ls --quiet --filter "label=com.docker.compose.project=$one" | sort -u | xargs --no-run-if-empty docker image rm -f >/dev/null
  done
}

# By label, since `compose ps` takes five times as long, and tests ask all the time.
container() {
  docker ps --all --quiet --no-trunc --filter "label=com.docker.compose.project=$project" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False
}

health() { docker inspect --format '{{.State.Health.Status}}' "$(container "$1")"; }

# The output of a service's last five checks, oldest first.
health_log() { docker inspect --format '{{range .State.Health.Log}}{{.Output}}{{end}}' "$(container "$1")"; }

is_healthy() { [[ $(health "$1") == healthy ]]; }
is_starting() { [[ $(health "$1") == starting ]]; }
is_unhealthy() { [[ $(health "$1") == unhealthy ]]; }
output_says() { [[ $(compose logs "$1") == *"$2"* ]]; }
log_says() { [[ $(health_log "$1") == *"$2"* ]]; }

# eventually COMMAND...: it succeeds, however slow the machine; the bound is for a test that would never end.
eventually() {
  local deadline=$((SECONDS + 180))
  until "$@"; do
    ((SECONDS < deadline)) || { echo "not in time: $*" && compose ps --all && return 1; }
    sleep 0.2
  done
}

# becomes SERVICE STATE TEXT: its health, and a line of its log that says why.
becomes() {
  eventually "is_$2" "$1"
  eventually log_says "$1" "$3"
  health_log "$1"
}

# The output of a command that must fail.
fails() {
  run "$@"
  echo "$output"
  ((status != 0))
}

# says TEXT...: each is in the output of the last `run`.
says() {
  local text
  for text in "$@"; do
    [[ $output == *"$text"* ]] || { printf 'no "%s" in:\n%s\n' "$text" "$output" && return 1; }
  done
}

# The secret is in no health log and in no line of any container of the project. With `anywhere` it isn't in the
# configuration either: nothing that `docker inspect` shows.
keeps_the_secret() {
  local one format='{{json .State}}' seen=$BATS_TEST_TMPDIR/seen
  [[ ${1-} != anywhere ]] || format='{{json .}}'
  for one in $(compose ps --all --quiet); do
    docker inspect --format "$format" "$one"
    docker logs "$one" 2>&1
  done >"$seen"
  [[ -s $seen && $(grep --fixed-strings --count -e "$needle" "$seen") == 0 ]]
}
