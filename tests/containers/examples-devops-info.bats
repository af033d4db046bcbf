#!/usr/bin/env bats
# DevOps info service: scratch, JSON health, HTTPS with the built-in roots.

load examples.bash

setup() { examples_setup devops; }

teardown() { examples_teardown; }

@test "devops-info: scratch, and what the JSON says decides" {
  use json devops-info/compose.yaml
  often app
  compose build
  compose up --detach
  becomes app healthy 'ready      http://localhost:8000/health  200 OK'

  compose exec app /probe -X POST :8000/drain
  becomes app unhealthy 'not ready  http://localhost:8000/health  expect: wanted /status to be healthy, got "draining"'
  compose exec app /probe -X DELETE :8000/drain
  becomes app healthy 'ready      http://localhost:8000/health  200 OK'

  [[ $(docker export "$(container app)" | tar -t | grep -v / | grep -vx .dockerenv | sort | xargs) == 'app probe' ]]
}

@test "devops-info: HTTPS out of scratch is verified, with the roots that are built in" {
  use tls recipes/private-ca.yaml
  compose up --build --detach --wait web
  network=${project}_default
  use outside devops-info/compose.yaml
  image=$(compose --profile tools config --images | grep -x probe)
  fails docker run --rm --network "$network" "$image" https://web/
  says 'not ready  https://web/  tls: certificate'
  docker run --rm --network "$network" "$image" -k https://web/
}

@test "measure: a row of the table" {
  run "$examples/measure" devops-info
  ((status == 0))
  [[ $output =~ '| devops-info | '[0-9.]+' MB | '[0-9.]+' MB | '[0-9.]+' s | ' ]]
}
