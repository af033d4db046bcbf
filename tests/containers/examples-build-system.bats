#!/usr/bin/env bats
# Build system: app, Postgres, nginx with TLS; development, test and production.

load examples.bash

setup() { examples_setup build; }

teardown() { examples_teardown; }

in_environment() { use "$1" build-system/compose.yaml "build-system/compose.$1.yaml"; }

@test "build-system: without the gate the app crashes; its own tests pass" {
  in_environment test
  slow database
  docker build --quiet --target tester "$examples/build-system/app"
  compose build
  compose up --detach database
  fails compose run --rm --no-deps app
  says 'cannot open the database: dial tcp' 'connection refused'
}

@test "build-system: the smoke test is nothing but probe, and fails when something is missing" {
  in_environment test
  unsynced database
  run compose run --build --rm smoke
  ((status == 0))
  says 'ready      https://nginx/health  200 OK' 'ready      https://nginx/users  200 OK' \
    'ready      http://nginx/  301 Moved Permanently' 'ready      postgres://appuser@database/appdb'

  compose exec database psql -qU appuser appdb -c "DELETE FROM users WHERE name = 'ada'"
  fails compose run --rm --no-deps smoke
  says 'not ready  https://nginx/users  expect: wanted /users to be 2, got 1'
}

@test "build-system: development; a migration that is missing is noticed" {
  in_environment dev
  often database app nginx
  unsynced database
  compose up --build --detach --wait
  compose exec nginx /probe --cacert /etc/nginx/ssl/certificate.pem https://localhost/users
  compose exec database psql -qU appuser appdb -c 'ALTER TABLE users RENAME TO people'
  becomes database unhealthy 'query: relation "users" does not exist'
  compose exec database psql -qU appuser appdb -c 'ALTER TABLE people RENAME TO users'
  becomes database healthy 'ready      postgres://appuser@127.0.0.1/appdb'

  compose kill app
  # 504 at first; 502 as soon as the network knows that nobody has this address.
  becomes nginx unhealthy 'not ready  https://localhost/health  response: 50'
}

@test "build-system: production, with its secrets from files, read-only and without capabilities" {
  printf '%s\n' "$secret" >"$SECRETS/db_password.txt"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj /CN=nginx \
    -addext subjectAltName=DNS:nginx,DNS:localhost -keyout "$SECRETS/key.pem" -out "$SECRETS/certificate.pem"
  in_environment prod
  unsynced database
  compose up --build --detach --wait
  log_says app 'ready      http://localhost:8080/health'
  log_says nginx 'ready      https://localhost/health'
  keeps_the_secret anywhere
}
