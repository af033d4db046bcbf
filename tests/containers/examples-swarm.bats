#!/usr/bin/env bats
# The Swarm stack: an update stops at an unhealthy task, and the old tasks go on.

load examples.bash

setup() {
  examples_setup swarm
  printf '%s\n' "$secret" >"$SECRETS/db_password.txt"
  stack=$prefix
  export APP_IMAGE=$prefix-app DATABASE_IMAGE=$prefix-database
  use images build-system/compose.yaml
  files+=(-f "$BATS_TEST_TMPDIR/names.yaml")
  echo "services: { app: { image: $APP_IMAGE }, database: { image: $DATABASE_IMAGE } }" >"$BATS_TEST_TMPDIR/names.yaml"
  # It is left when the engine stops and not here, since that takes the names of all containers from Docker's name server.
  [[ $(docker info --format '{{.Swarm.LocalNodeState}}') == active ]] ||
    docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:2377 \
      --default-addr-pool 10.200.0.0/16 >/dev/null
}

teardown() {
  local volumes
  docker stack rm "$stack" >/dev/null
  eventually nothing_left
  volumes=$(docker volume ls --quiet --filter "name=$stack")
  # shellcheck disable=SC2086 # words wanted
  docker volume rm $volumes >/dev/null
  examples_teardown
}

nothing_left() { [[ -z $(docker ps --all --quiet --filter "label=com.docker.stack.namespace=$stack")$(docker network ls --quiet --filter "label=com.docker.stack.namespace=$stack") ]]; }

running() { [[ $(docker service ls --filter "name=${stack}_app" --format '{{.Replicas}}') == "$1" ]]; }

update_is() { [[ $(docker service inspect --format '{{.UpdateStatus.State}}' "${stack}_app") == "$1" ]]; }

app_tasks() { docker ps --filter "label=com.docker.swarm.service.name=${stack}_app" --filter health=healthy --format '{{.ID}}' | sort; }

@test "swarm: an update that is not healthy stops, and the old tasks go on" {
  compose build app database
  docker stack deploy --resolve-image never --compose-file "$examples/swarm/stack.yaml" "$stack"
  eventually running 2/2
  before=$(app_tasks)
  [[ $(wc -l <<<"$before") == 2 ]]

  # Checks as often as a test can wait for.
  docker service update --detach --no-resolve-image --health-interval 1s --health-retries 2 --health-start-period 2s \
    --update-monitor 5s --env-add DB_NAME=nowhere "${stack}_app"
  eventually update_is paused
  [[ $(app_tasks) == "$before" ]]
  docker exec "$(head -n 1 <<<"$before")" /probe --expect-json /users=2 :8080/users

  # What the new task said, in Swarm's own list and in its log.
  run docker service ps --no-trunc --format '{{.Error}}' "${stack}_app"
  says unhealthy
  run docker service logs "${stack}_app"
  says 'login: database "nowhere" does not exist (3D000)'
  [[ $output != *"$needle"* ]]
}
