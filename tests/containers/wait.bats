#!/usr/bin/env bats
# `probe wait` as process 1 of a container: signals, and what becomes of it.
load common

# Milliseconds from just before `docker kill -s $2` of the container $1, the client's own start included, to its end.
milliseconds_to_end() {
  local start
  start=$(milliseconds)
  docker kill -s "$2" "$id-$1" >/dev/null
  docker wait "$id-$1" >/dev/null
  echo $(($(milliseconds "$(docker inspect -f '{{.State.FinishedAt}}' "$id-$1")") - start))
}
# The app of the entrypoint tests: says who it is, and what it got.
app='echo "pid $$"; trap "echo got TERM; exit 7" TERM; while :; do sleep 0.05; done'

@test "SIGTERM ends it within 100 ms, with status 143; SIGINT with 130" {
  local n times=()
  for n in 1 2 3 4 5; do
    container "w$n" probe wait -q -t 0 tcp://no-such-host:1 redis://192.0.2.1
    sleep 0.3
    times+=("$(milliseconds_to_end "w$n" TERM)")
    [[ $(exit_status "w$n") == 143 ]]
  done
  echo "# SIGTERM to the container's end: ${times[*]} ms" >&3
  mapfile -t times < <(printf '%s\n' "${times[@]}" | sort -n)
  # The client's and the engine's work is in it, and grows with what else the machine does: hence the best, and the median.
  ((times[0] < 100 && times[2] < 500))
  container int probe wait -q -t 0 tcp://no-such-host:1
  sleep 0.3
  milliseconds_to_end int INT
  [[ $(exit_status int) == 130 ]]
}

@test "after the hand-over the app is process 1, alone, and gets the signal itself" {
  network
  image app <<'DOCKERFILE'
FROM busybox
COPY --from=probe /probe /probe
ENTRYPOINT ["/probe", "wait", "redis://cache", "--"]
DOCKERFILE
  container app --network "$id" "$id-app" sh -c "$app"
  within 10 logs_have app 'not ready  redis://cache  resolve: '
  [[ $(logs app) != *pid* ]]
  container cache --network "$id" --network-alias cache redis:7-alpine
  within 10 logs_have app 'pid 1'
  docker exec "$id-app" sh -c 'tr "\0" " " </proc/1/cmdline; ls -l /proc/1/exe; ls /proc/1/fd' >"$BATS_TEST_TMPDIR/one"
  run ! grep -q probe "$BATS_TEST_TMPDIR/one"
  milliseconds_to_end app TERM
  within 5 logs_have app 'got TERM'
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
  within 10 docker exec "$id-redis" redis-cli ping
  container missing --network "container:$id-redis" probe wait redis://127.0.0.1 -- /no-such-app
  docker wait "$id-missing" >/dev/null
  [[ $(exit_status missing) == 127 ]]
  has "$(logs missing)" '*/no-such-app*'
}
