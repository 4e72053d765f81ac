"""A small fleet to talk about: containers in every state, a few images, networks and volumes."""

from command_gateway.operation import Kind
from command_gateway.sight import Sight, Sighting


def _container(name: str, number: int, **known: object) -> Sighting:
    given: dict[str, object] = {"state": "running", "image": "busybox:1.36", "created": float(number), **known}
    return Sighting(Kind.CONTAINER, f"{number:064x}"[::-1], name, **given)  # type: ignore[arg-type]


def _image(name: str, letter: str) -> Sighting:
    return Sighting(Kind.IMAGE, f"sha256:{letter * 64}", name, also=(name,))


FLEET = Sight(
    "local",
    1,
    (
        _container("market-predictor", 1, health="unhealthy", networks=("front-net",)),
        _container("checkout-api", 2, health="healthy", labels={"tier": "api"}, networks=("front-net", "back-net")),
        _container("checkout-worker-1", 3, labels={"tier": "worker"}),
        _container("checkout-worker-2", 4, labels={"tier": "worker"}, state="paused"),
        _container("coding-ai-agent", 5),
        _container("payments-gateway", 6, image="nginx:alpine", ports=("8080:80/tcp",)),
        _container("orders-db", 7, image="postgres:15", volumes=("orders-data",)),
        _container("redis-cache", 8, image="redis"),
        _container("nightly-job", 9, state="exited", exit_code=3),
        _container("cleanup-job", 10, state="exited", exit_code=0),
        _container("mailer", 11, state="created"),
        _container("log-shipper", 12),
        _image("nginx:alpine", "a"),
        _image("postgres:15", "b"),
        _image("redis:latest", "c"),
        _image("busybox:1.36", "d"),
        Sighting(Kind.NETWORK, "n" * 64, "front-net"),
        Sighting(Kind.NETWORK, "m" * 64, "back-net"),
        Sighting(Kind.VOLUME, "orders-data", "orders-data"),
    ),
    mappings={"prices": "market-predictor"},
)
