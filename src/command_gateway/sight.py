"""What the gateway sees on an engine: a snapshot of the inventory that names are resolved against."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from command_gateway.operation import Kind


@dataclass(frozen=True, slots=True)
class Sighting:
    """One object as the engine lists it. What does not apply to its kind is left empty."""

    kind: Kind
    id: str
    name: str
    image: str = ""
    image_id: str = ""
    state: str = ""  # created, running, paused, restarting, removing, exited, dead
    health: str = ""  # starting, healthy, unhealthy; empty without a health check
    exit_code: int | None = None
    created: float = 0.0  # Unix seconds
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    networks: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()  # "80/tcp" exposed, "8080:80/tcp" published
    also: tuple[str, ...] = ()  # other names of the same object: tags of an image

    @property
    def project(self) -> str:
        """The compose project it belongs to, empty without one."""
        return self.labels.get("com.docker.compose.project", "")

    @property
    def service(self) -> str:
        """The compose service it is a replica of, empty without one."""
        return self.labels.get("com.docker.compose.service", "")


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything on one engine at one moment; `version` grows with every change seen."""

    engine: str
    version: int
    objects: tuple[Sighting, ...]
    mappings: Mapping[str, str] = field(default_factory=dict)  # logical name -> container name

    def of(self, kind: Kind) -> tuple[Sighting, ...]:
        """The objects of one kind, in the order of their names."""
        return tuple(each for each in self.objects if each.kind is kind)
