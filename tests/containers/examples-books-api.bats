#!/usr/bin/env bats
# Books API: Flask, Postgres 17, the password in a secret file.

load examples.bash

setup() {
  examples_setup books
  printf '%s\n' "$secret" >"$SECRETS/postgres_password.txt"
}

teardown() { examples_teardown; }

@test "books-api: without the gate the app crashes" {
  use crash books-api/compose.yaml
  slow postgres
  compose build
  compose up --detach postgres
  fails compose run --rm --no-deps myapp
  says psycopg2.OperationalError 'Connection refused'
}

@test "books-api: gated, with the password from its file; a changed password is noticed" {
  use gate books-api/compose.yaml
  often myapp postgres
  unsynced postgres
  slow postgres
  compose up --detach postgres
  eventually log_says postgres 'not ready  postgres://myapp_user@postgres/myapp_db'
  is_starting postgres
  release postgres
  compose up --detach --wait
  log_says postgres 'ready      postgres://myapp_user@postgres/myapp_db'
  log_says myapp 'ready      http://localhost:5000/books  200 OK'
  [[ $(docker inspect --format '{{.RestartCount}}' "$(container myapp)") == 0 ]]

  compose exec postgres psql -qU myapp_user myapp_db -c "ALTER ROLE myapp_user PASSWORD 'another'"
  becomes postgres unhealthy 'login: password authentication failed for user "myapp_user" (28P01)'
  becomes myapp unhealthy 'not ready  http://localhost:5000/books  response: 500 INTERNAL SERVER ERROR'
  run compose exec postgres pg_isready -U myapp_user -d myapp_db
  says 'accepting connections' # what the original check asked

  compose exec postgres psql -qU myapp_user myapp_db -c "ALTER ROLE myapp_user PASSWORD '$secret'"
  becomes postgres healthy 'ready      postgres://myapp_user@postgres/myapp_db'
  becomes myapp healthy 'ready      http://localhost:5000/books'
  keeps_the_secret anywhere
}

@test "books-api: a missing secret is named in the health log" {
  use missing books-api/compose.yaml
  often postgres
  compose build
  : >"$BATS_TEST_TMPDIR/none.yaml"
  echo 'services: { postgres: { environment: { POSTGRES_PASSWORD_FILE: !reset null, POSTGRES_PASSWORD: x } } }' >"$BATS_TEST_TMPDIR/none.yaml"
  files+=(-f "$BATS_TEST_TMPDIR/none.yaml")
  compose up --detach postgres
  eventually log_says postgres POSTGRES_PASSWORD_FILE
  health_log postgres
}
