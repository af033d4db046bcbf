# The stand-ins and the names they go by; docker buildx bake builds them side by side.
group "default" {
  targets = ["postgres-15", "postgres-17", "mysql", "redis", "rabbitmq", "nats", "nginx", "golang", "python", "distroless", "busybox"]
}
target "postgres-15" {
  target = "postgres"
  args   = { DEBIAN = "bookworm", POSTGRES = "15" }
  tags   = ["postgres:15-alpine", "postgres:15"]
}
target "postgres-17" {
  target = "postgres"
  args   = { DEBIAN = "trixie", POSTGRES = "17" }
  tags   = ["postgres:17-alpine", "postgres:17"]
}
target "mysql" {
  target = "mysql"
  tags   = ["mysql:8.0", "mysql:8"]
}
target "redis" {
  target = "redis"
  tags   = ["redis:7-alpine", "redis:7"]
}
target "rabbitmq" {
  target = "rabbitmq"
  tags   = ["rabbitmq:3-alpine", "rabbitmq:3"]
}
target "nats" {
  target = "nats"
  tags   = ["nats:2"]
}
target "nginx" {
  target = "nginx"
  tags   = ["nginx:1.27-alpine", "nginx:1.27", "nginx:alpine", "nginx"]
}
target "golang" {
  target = "golang"
  tags   = ["golang:1.22-alpine", "golang:1.22"]
}
target "python" {
  target = "python"
  tags   = ["python:3.13-slim", "python:3.13"]
}
target "distroless" {
  target = "distroless"
  tags   = ["gcr.io/distroless/static-debian12:nonroot", "gcr.io/distroless/static:nonroot"]
}
target "busybox" {
  target = "busybox"
  tags   = ["busybox:stable", "busybox"]
}
