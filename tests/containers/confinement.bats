#!/usr/bin/env bats
# probe asks for nothing but its own memory page by page: no root, no second process, no writable file, no user database.
load common

confined=(--rm --read-only --cap-drop ALL --security-opt no-new-privileges --pids-limit 1 --memory 6m)

# Redis, Postgres and nginx, each with a Unix socket in the volume $id and a port.
servers() {
  docker volume create --label "test=$id" "$id" >/dev/null
  docker run --rm -v "$id:/run/sockets" busybox chmod 777 /run/sockets
  network
  container redis --network "$id" --network-alias redis -v "$id:/run/sockets" redis:7-alpine \
    --unixsocket /run/sockets/redis.sock --unixsocketperm 777
  docker run -d --name "$id-postgres" --label "test=$id" --network "$id" --network-alias postgres -v "$id:/run/sockets" \
    --tmpfs /var/lib/postgresql/data -e POSTGRES_USER=app -e POSTGRES_PASSWORD=hunter2 -e POSTGRES_INITDB_ARGS=--no-sync \
    postgres:15-alpine -c fsync=off -c unix_socket_directories=/run/sockets,/run/postgresql >/dev/null
  cat >"$BATS_TEST_TMPDIR/sockets.conf" <<'CONF'
server {
    listen 80;
    listen unix:/run/sockets/nginx.sock;
    root /usr/share/nginx/html;
}
CONF
  chmod 755 "$BATS_TEST_TMPDIR" && chmod 644 "$BATS_TEST_TMPDIR/sockets.conf"
  container nginx --network "$id" --network-alias nginx -v "$id:/run/sockets" \
    -v "$BATS_TEST_TMPDIR/sockets.conf:/etc/nginx/conf.d/default.conf:ro" nginx:alpine
  docker run --rm --network "$id" probe wait -q -t 3m redis://redis postgres://app:hunter2@postgres/app http://nginx/
}

@test "over Unix sockets: no network, user 65532, read-only, no capability, one process, 6 MiB" {
  local image target
  servers
  for image in probe probe:lite; do
    for target in redis+unix:///run/sockets/redis.sock 'postgres://app:hunter2@%2Frun%2Fsockets/app' \
      http+unix://%2Frun%2Fsockets%2Fnginx.sock/ unix:///run/sockets/nginx.sock; do
      run docker run "${confined[@]}" --user 65532 --network none -v "$id:/run/sockets:ro" "$image" "$target"
      echo "$output"
      ((status == 0))
      has "$output" 'ready      *'
    done
  done
  # Waiting does not need more.
  docker run "${confined[@]}" --user 65532 --network none -v "$id:/run/sockets:ro" probe wait --successes 20 -i 1ms \
    --max-interval 5ms redis+unix:///run/sockets/redis.sock 'postgres://app:hunter2@%2Frun%2Fsockets/app'
  # And the limits are real: it is said what fails, where nothing is reached.
  run docker run "${confined[@]}" --user 65532 --network none probe redis://192.0.2.1
  echo "$status: $output"
  ((status == 1))
  has "$output" 'not ready  redis://192.0.2.1  connect: *'
}

@test "on a network: as a user id that no /etc/passwd knows, several targets at once" {
  local image
  servers
  for image in probe probe:lite; do
    run docker run "${confined[@]}" --user 54321:54321 --network "$id" "$image" \
      redis://redis postgres://app:hunter2@postgres/app http://nginx/ tcp://nginx:80
    echo "$output"
    ((status == 0))
    ((${#lines[@]} == 4))
  done
}

@test "TLS in 6 MiB, and a certificate that nobody vouches for is refused by the built-in roots" {
  mkdir "$BATS_TEST_TMPDIR/tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=nginx -addext subjectAltName=DNS:nginx \
    -keyout "$BATS_TEST_TMPDIR/tls/key.pem" -out "$BATS_TEST_TMPDIR/tls/ca.pem" 2>/dev/null
  cat >"$BATS_TEST_TMPDIR/tls/default.conf" <<'CONF'
server {
    listen 443 ssl;
    ssl_certificate /etc/nginx/conf.d/ca.pem;
    ssl_certificate_key /etc/nginx/conf.d/key.pem;
    root /usr/share/nginx/html;
}
CONF
  chmod -R a+rX "$BATS_TEST_TMPDIR"
  network
  container nginx --network "$id" --network-alias nginx -v "$BATS_TEST_TMPDIR/tls:/etc/nginx/conf.d:ro" nginx:alpine
  docker run --rm --network "$id" probe wait -q -t 3m tcp://nginx:443
  run docker run "${confined[@]}" --user 54321:54321 --network "$id" probe https://nginx/
  ((status == 1))
  has "$output" 'not ready  https://nginx/  tls: *self*signed*'
  run docker run "${confined[@]}" --user 54321:54321 --network "$id" -v "$BATS_TEST_TMPDIR/tls/ca.pem:/ca.pem:ro" \
    probe --cacert /ca.pem https://nginx/
  echo "$output"
  ((status == 0))
  has "$output" 'ready      https://nginx/  200 OK*'
}
