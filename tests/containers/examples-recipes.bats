#!/usr/bin/env bats
# Each file in compose-examples/recipes/.

load examples.bash

setup() { examples_setup recipe; }

teardown() { examples_teardown; }

# ended_well SERVICE: it has run to its end.
ended_well() { [[ $(docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$(container "$1")") == 'exited 0' ]]; }

@test "recipe: HEALTHCHECK in scratch" {
  use scratch recipes/healthcheck-scratch.yaml
  compose up --build --detach --wait
  log_says web 'ready      http://localhost:8080  200 OK'
}

# crashes RECIPE [OPTION...]: its app without the gate, as the database starts.
crashes() {
  use "crash-$1" "recipes/$1.yaml"
  slow db
  compose up --build --detach db
  fails compose run --build --rm --no-deps "${@:2}" app
  says 'Connection refused'
}

@test "recipes: without their gates the apps crash" {
  crashes sidecar
  crashes one-shot
  crashes wait-entrypoint --entrypoint 'psql --list postgres://db'
}

@test "recipe: a sidecar has the health of a stock image" {
  use sidecar recipes/sidecar.yaml
  often db-health
  unsynced db
  compose up --build --detach
  eventually ended_well app
  run compose logs app
  says 'the app has its database'
  compose stop --timeout 0 db
  becomes db-health unhealthy 'not ready  postgres://postgres@db  resolve: '
}

@test "recipe: a one-shot gate" {
  use one-shot recipes/one-shot.yaml
  unsynced db
  compose up --detach
  eventually ended_well app
  ended_well wait
  run compose logs wait app
  says 'ready      postgres://postgres@db' 'ready      redis://cache' 'the app has its database'
}

@test "recipe: the entrypoint waits, then is the app" {
  use entrypoint recipes/wait-entrypoint.yaml
  unsynced db
  slow db
  compose up --build --detach
  eventually output_says app 'not ready  postgres://postgres@db'
  release db
  eventually ended_well app
  output_says app 'the app has its database'
}

@test "recipe: probe install on a shared volume" {
  use volume recipes/shared-volume.yaml
  compose up --detach --wait
  log_says cache 'ready      redis://127.0.0.1  PONG'
}

@test "recipe: HTTP over a Unix socket, without a network" {
  use socket recipes/unix-socket.yaml
  compose up --build --detach --wait
  log_says web 'ready      http+unix://%2Frun%2Fapp.sock/health  200 OK'
}

@test "recipe: a worker's heartbeat, and what is said when it stops" {
  use heartbeat recipes/heartbeat.yaml
  often worker
  compose up --build --detach --wait
  log_says worker 'ready      file:///alive/worker  there'
  # The process is there, and does nothing: what looks for one would not see it.
  compose kill --signal STOP worker
  becomes worker unhealthy 'not ready  file:///alive/worker  expect: modified 1'
  compose kill --signal CONT worker
  becomes worker healthy 'ready      file:///alive/worker'
}

@test "recipe: gRPC, which listens and does not serve" {
  use grpc recipes/grpc.yaml
  often shop
  compose up --build --detach --wait
  log_says shop 'ready      grpc://localhost/shop.v1.Cart  SERVING'
  compose kill --signal USR1 shop
  becomes shop unhealthy 'not ready  grpc://localhost/shop.v1.Cart  response: NOT_SERVING'
  # What the port alone would say, and the server as a whole.
  run compose exec -T shop /probe tcp://localhost:50051 grpc://localhost
  says 'ready      tcp://localhost:50051  connected' 'ready      grpc://localhost  SERVING'
  fails compose exec -T shop /probe grpc://localhost/shop.v2.Cart
  says 'NOT_FOUND, the server does not know this service: unknown service'
}

@test "recipe: TLS with a private authority" {
  use tls recipes/private-ca.yaml
  compose up --build --detach --wait web
  log_says web 'ready      https://localhost/  200 OK'
  fails compose run --rm untrusted
  says 'not ready  https://web/  tls: certificate'
}

@test "recipe: start_interval, fast at the start" {
  use start recipes/start-interval.yaml
  compose build
  compose up --detach
  eventually ended_well app
  # The first check came by start_interval, not by interval.
  started=$(docker inspect --format '{{.State.StartedAt}}' "$(container cache)")
  checked=$(docker inspect --format '{{(index .State.Health.Log 0).Start}}' "$(container cache)")
  (($(date -d "${checked% [A-Z]*}" +%s) - $(date -d "$started" +%s) < 25))
  [[ $(docker inspect --format '{{.Config.Healthcheck.Interval}}' "$(container cache)") == 30s ]]
}

@test "recipe: RabbitMQ, healthy when the app's login works" {
  use rabbitmq recipes/rabbitmq.yaml
  compose up --build --detach
  eventually ended_well app
  log_says queue 'ready      amqp://app@localhost  RabbitMQ'
  output_says app 'the app has its queue'
}

@test "recipe: NATS without a shell" {
  use nats recipes/nats.yaml
  compose up --build --detach
  eventually ended_well app
  log_says bus 'ready      nats://***@localhost  NATS'
  output_says app 'the app has its bus'
}

@test "recipes: without their gates the apps of the brokers crash" {
  use crash-rabbitmq recipes/rabbitmq.yaml
  compose build
  compose up --detach queue
  fails compose run --rm --no-deps app
  says 'AMQPConnectionError'
  use crash-nats recipes/nats.yaml
  compose build
  fails compose run --rm --no-deps app
}
