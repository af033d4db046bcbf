"""A server of gRPC with a health service: `grpc_server.py ADDRESS [CERTIFICATE KEY]`. Debian has no grpcio-health-checking, so
the messages of grpc.health.v1 are made by hand. As `python3 -I`, for in this folder `grpc` is something else."""
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc

STATUSES = {"": 1, "shop.v1.Cart": 1, "down": 2, "lost": 3, "odd": 0, "new": 7}


def check(request: bytes, context: grpc.ServicerContext) -> bytes:
    service = request[2:].decode()
    metadata = dict(context.invocation_metadata())
    if service == "slow":
        time.sleep(60)
    if service == "private" and metadata.get("authorization") != "Bearer secret":
        context.abort(grpc.StatusCode.UNAUTHENTICATED, f"not a token: {metadata.get('authorization')}, 100 % sure, é")
    if service == "forbidden":
        context.abort(grpc.StatusCode.PERMISSION_DENIED, "not for you")
    if service == "large":
        context.set_trailing_metadata([("x-large", "x" * 6000)])
    if service not in (*STATUSES, "private", "large"):
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    status = STATUSES.get(service, 1)
    return bytes((8, status)) if status else b""


class Health(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(check) if details.method == "/grpc.health.v1.Health/Check" else None


def main(address: str, *certificate: str) -> None:
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
    if certificate != ("none",):
        server.add_generic_rpc_handlers((Health(),))
    pair = [open(path, "rb").read() for path in certificate] if len(certificate) == 2 else []
    if pair:
        server.add_secure_port(address, grpc.ssl_server_credentials([(pair[1], pair[0])]))
    else:
        server.add_insecure_port(address)
    server.start()
    server.wait_for_termination()


main(*sys.argv[1:])
