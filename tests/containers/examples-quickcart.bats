#!/usr/bin/env bats
# QuickCart: distroless, Postgres 15, Redis 7.

load examples.bash

setup() {
  examples_setup quickcart
  export POSTGRES_PASSWORD=quick$needle
}

teardown() { examples_teardown; }

@test "quickcart: without the gate the app crashes as in the report" {
  use crash quickcart/compose.yaml
  slow db
  compose build
  compose up --detach db
  fails compose run --rm --no-deps app
  says 'cannot open the database: dial tcp' 'connect: connection refused'
}

@test "quickcart: gated by service_healthy; each dependency that dies is named, and comes back" {
  use gate quickcart/compose.yaml
  often app db cache
  unsynced db
  slow db
  compose up --detach db
  eventually log_says db 'not ready  postgres://quickcart@127.0.0.1  connect: connection refused'
  is_starting db
  release db
  compose up --detach --wait

  is_healthy app
  [[ $(docker inspect --format '{{.RestartCount}}' "$(container app)") == 0 ]]
  log_says db 'ready      postgres://quickcart@127.0.0.1'
  log_says cache 'ready      redis://127.0.0.1  PONG'
  log_says app 'ready      http://localhost:8080/health  200 OK'
  compose exec app /probe -X POST ':8080/items?name=lamp'
  compose exec app /probe --expect-json /items/0=lamp :8080/items

  compose stop --timeout 0 cache
  becomes app unhealthy 'not ready  redis://cache  resolve: '
  compose start cache
  becomes app healthy 'ready      redis://cache  PONG'

  compose kill db
  becomes app unhealthy 'not ready  postgres://quickcart@db/quickcart?sslmode=disable  resolve: '
  compose start db
  becomes app healthy 'ready      postgres://quickcart@db/quickcart?sslmode=disable'
  keeps_the_secret
}

@test "quickcart: stock Postgres and Redis; the app's container waits, then is the app" {
  use crash quickcart/compose.wait.yaml
  slow db
  compose build
  compose up --detach db cache
  fails compose run --rm --no-deps --entrypoint /quickcart app
  says 'cannot open the database: dial tcp'

  use wait quickcart/compose.wait.yaml
  often app
  unsynced db
  slow db
  compose up --build --detach app
  eventually output_says app 'not ready  postgres://quickcart@db/quickcart'
  release db
  eventually is_healthy app
  run compose logs app
  says 'not ready  postgres://quickcart@db/quickcart' 'ready      redis://cache' 'QuickCart listens on port 8080'
  [[ $(compose top app) == */quickcart* ]]
  keeps_the_secret

  compose stop --timeout 60 app
  [[ $(docker inspect --format '{{.State.ExitCode}}' "$(container app)") == 2 ]] # Go's own for SIGTERM, not 137
}
