#!/usr/bin/env bats
# MVC API: MySQL on the network of another compose project.

load examples.bash

setup() {
  examples_setup mvc
  export MYSQL_PASSWORD=mvc$needle MYSQL_NETWORK=$prefix-mysql_default
}

# The API's project first: its containers hold the network.
teardown() {
  projects=("$prefix-api" "$prefix-mysql")
  examples_teardown
}

# start_mysql [COMMAND]: it, and what changes its project. The API's image is built first, so that it can start at once.
start_mysql() {
  use api mvc-mysql/compose.yaml
  compose build
  use mysql mvc-mysql/mysql/compose.yaml
  "$@"
  compose up --detach
  use api mvc-mysql/compose.yaml
}

@test "mvc-mysql: without the gate the API crashes" {
  start_mysql slow mysql
  fails compose run --rm --entrypoint /api api
  says 'cannot open the database: dial tcp' 'connection refused'
}

@test "mvc-mysql: MySQL is healthy when the application's login works; the counter-proof: mysqladmin ping is content before" {
  use mysql mvc-mysql/mysql/compose.yaml
  slow mysql
  often mysql
  compose up --build --detach
  eventually compose exec -T mysql mysqladmin ping --silent
  eventually log_says mysql 'not ready  mysql://mvc@127.0.0.1/mvc  connect: connection refused'
  compose exec -T mysql mysqladmin ping --silent
  is_starting mysql
  release mysql
  becomes mysql healthy 'ready      mysql://mvc@127.0.0.1/mvc'

  # shellcheck disable=SC2016  # the container's variable
  compose exec -T mysql sh -c 'MYSQL_PWD=$MYSQL_PASSWORD mysql -umvc -e "SET PASSWORD = PASSWORD(\"another\")"'
  becomes mysql unhealthy "login: Access denied for user 'mvc'@'"
  compose exec -T mysql mysqladmin -umvc -pwrong ping --silent # what such checks ask
  keeps_the_secret
}

@test "mvc-mysql: the API waits for a login and starts; it is probed in turn" {
  start_mysql slow mysql
  often api
  compose up --detach
  eventually output_says api 'not ready  mysql://mvc@mysql/mvc  connect: connection refused'
  docker compose -p "$prefix-mysql" exec -T mysql touch /tmp/end
  eventually is_healthy api
  run compose logs api
  says 'not ready  mysql://mvc@mysql/mvc  connect: connection refused' 'ready      mysql://mvc@mysql/mvc' 'the API listens on port 8000'
  compose exec api /probe -X POST ':8000/users?name=ada&email=ada@example.org'
  compose exec api /probe --expect-json /0/name=ada :8000/users

  docker compose -p "$prefix-mysql" kill mysql
  becomes api unhealthy 'not ready  http://localhost:8000/users  response: 500 Internal Server Error'
  docker compose -p "$prefix-mysql" start mysql
  becomes api healthy 'ready      http://localhost:8000/users  200 OK'
  keeps_the_secret
}
