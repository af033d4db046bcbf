#!/usr/bin/env bats
# `probe wait` as process 1 of a container: signals, and what becomes of it.
load common

# end_by NAME SIGNAL: sends it to process 1 of that container, as `docker kill` does, and prints the milliseconds until the
# process has ended. What the engine then does is not in it.
end_by() {
  tests/containers/engine run tests/containers/end-by-signal "$(docker inspect -f '{{.State.Pid}}' "$id-$1")" "$2"
  docker wait "$id-$1" >/dev/null
}
# waiting NAME: a container whose probe waits for what never comes: a name, and an address that does not answer.
waiting() {
  container "$1" probe wait -t 0 tcp://no-such-host:1 redis://192.0.2.1
  eventually logs_have "$1" 'not ready  tcp://no-such-host:1  '
}
# The app of the entrypoint tests: says who it is, and what it got.
app='trap "echo got TERM; exit 7" TERM; echo "pid $$"; while :; do sleep 0.05; done'

@test "SIGTERM ends it at once, with status 143; SIGINT with 130" {
  local n times=() killed longer=()
  for n in 1 2 3 4 5; do
    waiting "w$n"
    waiting "killed$n"
    killed=$(end_by "killed$n" KILL)
    times+=("$(end_by "w$n" TERM)")
    longer+=("$((${times[-1]%.*} - ${killed%.*}))")
    [[ $(exit_status "w$n") == 143 ]]
  done
  echo "# SIGTERM to the process' end: ${times[*]} ms; longer than by SIGKILL: ${longer[*]} ms" >&3
  # What a busy machine adds is in both; one that noticed the signal at its next attempt would take 500 ms on average.
  mapfile -t longer < <(printf '%s\n' "${longer[@]}" | sort -n)
  ((longer[2] < 100))
  waiting int
  end_by int INT
  [[ $(exit_status int) == 130 ]]
}

@test "docker stop does not come to its SIGKILL: status 143, not 137" {
  waiting stopped
  docker stop -t 60 "$id-stopped" >/dev/null
  [[ $(exit_status stopped) == 143 ]]
}

@test "after the hand-over the app is process 1, alone, and gets the signal itself" {
  network
  image app <<'DOCKERFILE'
FROM busybox
COPY --from=probe /probe /probe
ENTRYPOINT ["/probe", "wait", "redis://cache", "--"]
DOCKERFILE
  container app --network "$id" "$id-app" sh -c "$app"
  eventually logs_have app 'not ready  redis://cache  resolve: '
  [[ $(logs app) != *pid* ]]
  container cache --network "$id" --network-alias cache redis:7-alpine
  eventually logs_have app 'pid 1'
  docker exec "$id-app" sh -c 'tr "\0" " " </proc/1/cmdline; ls -l /proc/1/exe; ls /proc/1/fd' >"$BATS_TEST_TMPDIR/one"
  run ! grep -q probe "$BATS_TEST_TMPDIR/one"
  docker kill -s TERM "$id-app" >/dev/null
  docker wait "$id-app" >/dev/null
  eventually logs_have app 'got TERM'
  [[ $(exit_status app) == 7 ]]
}

@test "at the deadline the app is not run, and the log says why" {
  image app <<'DOCKERFILE'
FROM busybox
COPY --from=probe /probe /probe
ENTRYPOINT ["/probe", "wait", "-t", "700ms", "redis://cache", "--"]
DOCKERFILE
  container app "$id-app" sh -c "$app"
  docker wait "$id-app" >/dev/null
  [[ $(exit_status app) == 1 ]]
  has "$(logs app | tail -n 1)" 'not ready  redis://cache  resolve: *'
  run ! logs_have app pid
}

@test "an app that is not there: 127, with a line that names it" {
  container redis redis:7-alpine
  container missing --network "container:$id-redis" probe wait redis://127.0.0.1 -- /no-such-app
  docker wait "$id-missing" >/dev/null
  [[ $(exit_status missing) == 127 ]]
  has "$(logs missing)" '*/no-such-app*'
}
