#!/usr/bin/env bats
# shellcheck disable=SC2016 # probe expands variables, not the shell
# HEALTHCHECK with probe, as `docker inspect` tells it.
load common

# An image with nothing but probe, whose main process waits for what never comes; checks are in exec form, without a shell.
checker() {
  image "$1" <<DOCKERFILE
FROM scratch
COPY --from=probe /probe /probe
ENTRYPOINT ["/probe", "wait", "-q", "-t", "0", "-i", "1h", "--max-interval", "1h", "unix:///never"]
HEALTHCHECK --interval=300ms --timeout=1m --start-period=10m --start-interval=200ms --retries=2 CMD $2
DOCKERFILE
}

@test "in scratch: starting, healthy; the database dies: unhealthy, with the reason; it comes back" {
  printf 'hunter2\n' >"$BATS_TEST_TMPDIR/password"
  chmod 644 "$BATS_TEST_TMPDIR/password"
  checker watch '["/probe", "postgres://${DB_USER}:${file:/run/secrets/password}@db/app"]'
  network
  container watch --network "$id" -e DB_USER=app -v "$BATS_TEST_TMPDIR/password:/run/secrets/password:ro" "$id-watch"
  eventually last_health_log_has watch 'not ready  postgres://app@db/app  resolve: '
  [[ $(health watch) == starting ]]

  postgres db --network "$id" --network-alias db
  eventually becomes watch healthy
  has "$(last_health_log watch)" 'ready      postgres://app@db/app  PostgreSQL 15*s'

  docker stop "$id-db" >/dev/null
  eventually becomes watch unhealthy
  has "$(last_health_log watch)" 'not ready  postgres://app@db/app  *'

  docker start "$id-db" >/dev/null
  eventually becomes watch healthy
  # Not in the container's configuration, not in any log.
  docker inspect "$id-watch" >"$BATS_TEST_TMPDIR/inspect"
  run ! grep hunter2 "$BATS_TEST_TMPDIR/inspect"
}

@test "a database that hangs: probe's own deadline comes first, and the log says what was waited for" {
  network
  postgres db --network "$id" --network-alias db
  checker watch '["/probe", "-t", "3s", "postgres://app:hunter2@db/app"]'
  container watch --network "$id" "$id-watch"
  eventually becomes watch healthy
  docker pause "$id-db" >/dev/null
  eventually becomes watch unhealthy
  has "$(last_health_log watch)" 'not ready  postgres://app@db/app  *: no answer * within -t 3s*'
  docker unpause "$id-db" >/dev/null
  eventually becomes watch healthy
}

@test "a wrong password is unhealthy, though the server accepts connections" {
  network
  postgres db --network "$id" --network-alias db
  checker right '["/probe", "postgres://db/app"]'
  checker wrong '["/probe", "postgres://app:letmein@db/app"]'
  container right --network "$id" "$id-right"
  container wrong --network "$id" "$id-wrong"
  eventually becomes right healthy
  eventually last_health_log_has wrong 'login: password authentication failed for user "app" (28P01)'
  run ! grep -q letmein <<<"$(health_log wrong)"
}

@test "in a server's own image: nginx and Redis" {
  local name
  image nginx <<'DOCKERFILE'
FROM nginx:alpine
COPY --from=probe /probe /probe
HEALTHCHECK --interval=300ms --timeout=1m --start-period=10m --start-interval=100ms CMD ["/probe", ":80/"]
DOCKERFILE
  image redis <<'DOCKERFILE'
FROM redis:7-alpine
COPY --from=probe:lite /probe /probe
HEALTHCHECK --interval=300ms --timeout=1m --start-period=10m --start-interval=100ms CMD ["/probe", "redis://:${REDIS_PASSWORD}@127.0.0.1"]
DOCKERFILE
  container nginx "$id-nginx"
  container redis -e REDIS_PASSWORD=hunter2 "$id-redis" --requirepass hunter2
  for name in nginx redis; do eventually becomes "$name" healthy; done
  has "$(last_health_log nginx)" 'ready      http://localhost:80/  200 OK*'
  has "$(last_health_log redis)" 'ready      redis://127.0.0.1  PONG*'
  run ! grep hunter2 <<<"$(health_log redis)"

  docker exec "$id-redis" redis-cli --no-auth-warning -a hunter2 config set requirepass other >/dev/null
  eventually becomes redis unhealthy
  has "$(last_health_log redis)" 'not ready  redis://127.0.0.1  login: WRONGPASS*'
}

# The line that explains it is all that one has: nobody sees the health check's standard error elsewhere.
@test "bad input: the health log has the one line that explains it" {
  local name
  declare -A command=(
    [option]='["/probe", "--timout", "1s", ":80/"]'
    [scheme]='["/probe", "postgre://db/app"]'
    [name]='["/probe", "redis://no-such-host"]'
    [variable]='["/probe", "postgres://${DB_USER}@db/app"]'
    [secret]='["/probe", "postgres://app:${file:/run/secrets/password}@db/app"]'
    [empty]='["/probe"]'
  )
  declare -A line=(
    [option]='64 probe: *--timout*--timeout*'
    [scheme]='64 probe: *postgre*postgres*'
    [name]='1 not ready  redis://no-such-host  resolve: *'
    [variable]='64 probe: *DB_USER*'
    [secret]='64 probe: */run/secrets/password*'
    [empty]='64 probe: *'
  )
  for name in "${!command[@]}"; do
    checker "$name" "${command[$name]}"
    container "$name" "$id-$name"
  done
  for name in "${!command[@]}"; do
    eventually last_health_log_has "$name" :
    has "$(health_log "$name" | head -n 1)" "${line[$name]}"
    [[ $(last_health_log "$name" | sed '/^$/d' | wc -l) == 1 ]] # one line, and no more
  done
}
