#!/usr/bin/env bats
# The first start of the Postgres image (here a stand-in that does the same, see images/): a temporary server initialises
# the database, is stopped, and only then the real one starts. Who believes the temporary one starts the app too early.
load common

starts=20 at_once=5

# A first start with a second of initialisation, by a script as users have them.
first_start() { # NAME
  mkdir -p "$BATS_TEST_TMPDIR/initdb.d"
  echo 'SELECT pg_sleep(1);' >"$BATS_TEST_TMPDIR/initdb.d/fill.sql"
  chmod -R a+rX "$BATS_TEST_TMPDIR"
  postgres "$1" -v "$BATS_TEST_TMPDIR/initdb.d:/docker-entrypoint-initdb.d:ro"
}

# logged NAME TEXT: milliseconds since 1970 of the last line in that container's log with this text, as the engine read it.
logged() {
  local line
  line=$(docker logs --timestamps "$id-$1" 2>&1 | grep -F -- "$2" | tail -n 1)
  [[ $line ]] && milliseconds "${line%% *}"
}
# When the real server started, by its own clock: the engine may be slow to read. It is the container's first process, and the
# temporary one is not.
initialised() {
  local line
  line=$(docker logs "$id-$1" 2>&1 | grep -F '[1] LOG:  starting PostgreSQL')
  [[ $line ]] && milliseconds "${line%% \[1\]*}"
}
# Since when it has accepted connections.
accepting() { logged "$1" 'ready to accept connections'; }
said_ready() { logged "$1" 'ready      postgres://'; }

# One start, watched from its beginning by a check that shares the server's network, as a health check would, and asks as
# often as it can. Even starts are asked without a login.
watched_start() { # NUMBER
  local target=postgres://app:hunter2@127.0.0.1/app
  (($1 % 2)) || target=postgres://127.0.0.1
  first_start "db$1"
  docker run --name "$id-wait$1" --label "test=$id" --network "container:$id-db$1" probe wait -t 3m -i 5ms --max-interval 5ms \
    "$target"
}

@test "Postgres' first start: never ready before its real start, in $starts of $starts starts" {
  local n pids=() pid late=()
  for ((n = 1; n <= starts; n++)); do
    watched_start "$n" 3>&- &
    pids+=($!)
    if ((n % at_once == 0)); then
      for pid in "${pids[@]}"; do wait "$pid"; done
      pids=()
    fi
  done
  for ((n = 1; n <= starts; n++)); do
    [[ $(exit_status "wait$n") == 0 ]]
    # Not a moment before the temporary server was gone; and soon after the real one came.
    echo "start $n: $(initialised "db$n"), ready $(said_ready "wait$n")"
    (($(said_ready "wait$n") > $(initialised "db$n")))
    late+=("$(($(said_ready "wait$n") - $(accepting "db$n")))")
  done
  mapfile -t late < <(printf '%s\n' "${late[@]}" | sort -n)
  echo "# ready was said ${late[0]} to ${late[-1]} ms (median ${late[starts / 2]}) after the server's log said it" >&3
  ((late[starts / 2] < 1000))
}

# This initialisation goes on until it is told to end, so that it does not matter how quick pg_isready is.
@test "the counter-proof: pg_isready over the Unix socket says ready before the real start" {
  mkdir "$BATS_TEST_TMPDIR/initdb.d"
  echo 'until [ -e /tmp/end ]; do sleep 0.05; done' >"$BATS_TEST_TMPDIR/initdb.d/until.sh"
  chmod -R a+rX "$BATS_TEST_TMPDIR"
  postgres db -v "$BATS_TEST_TMPDIR/initdb.d:/docker-entrypoint-initdb.d:ro"
  docker exec "$id-db" bash -c 'until pg_isready -q; do sleep 0.02; done'
  run ! initialised db
  docker exec "$id-db" touch /tmp/end
  eventually initialised db
}
