"""Which containers nobody may stop or destroy through the gateway: the marked ones, itself, what watches it."""

import socket
from dataclasses import dataclass, field

from command_gateway.sight import Sighting

LABEL = "gateway.protected"
_MONITORING = ("prometheus", "alertmanager", "grafana")


@dataclass(frozen=True, slots=True)
class Protection:
    """`own_id` is the hostname, which inside a container is the start of its own id; `names` come from settings."""

    own_id: str = field(default_factory=socket.gethostname)
    names: frozenset[str] = frozenset()

    def covers(self, seen: Sighting) -> bool:
        """Whether `seen` is protected."""
        if seen.labels.get(LABEL, "").lower() == "true" or seen.name in self.names:
            return True
        if len(self.own_id) >= 12 and seen.id.startswith(self.own_id):
            return True
        image = seen.image.rpartition("/")[2].partition(":")[0].partition("@")[0]
        return image in _MONITORING
