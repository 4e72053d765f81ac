"""An image as `docker images` shows it; field names are those of the CLI's own formats."""

from collections.abc import Iterator
from typing import Any

from command_gateway.presentation.humanise import ago, local, short, size

NONE = "<none>"
HEADERS = {
    "Repository": "REPOSITORY",
    "Tag": "TAG",
    "Digest": "DIGEST",
    "ID": "IMAGE ID",
    "CreatedSince": "CREATED",
    "CreatedAt": "CREATED AT",
    "Size": "SIZE",
    "SharedSize": "SHARED SIZE",
    "UniqueSize": "UNIQUE SIZE",
    "Containers": "CONTAINERS",
}


def rows(item: Any, *, truncate: bool, digests: bool) -> Iterator[dict[str, str]]:
    """One item of Engine API /images/json as a row for each of its tags, or of its digests."""
    known = [each.rpartition("@") for each in item.get("RepoDigests") or [] if each != f"{NONE}@{NONE}"]
    tags = [each.rpartition(":") for each in item.get("RepoTags") or [] if each != f"{NONE}:{NONE}"]
    of = {repository: digest for repository, _, digest in known}
    for repository, _, tag in tags:
        yield _row(item, repository, tag, of.get(repository, NONE), truncate=truncate)
    tagged = {repository for repository, _, _ in tags}
    bare = [(repository, digest) for repository, _, digest in known if repository not in tagged]
    for repository, digest in bare[: None if digests else 1]:
        yield _row(item, repository, NONE, digest, truncate=truncate)
    if not tags and not bare:
        yield _row(item, NONE, NONE, NONE, truncate=truncate)


def _row(item: Any, repository: str, tag: str, digest: str, *, truncate: bool) -> dict[str, str]:
    taken = item.get("Size", 0)
    shared, containers = item.get("SharedSize", -1), item.get("Containers", -1)
    return {
        "ID": short(item["Id"]) if truncate else item["Id"],
        "Repository": repository,
        "Tag": tag,
        "Digest": digest,
        "CreatedSince": ago(float(item["Created"])),
        "CreatedAt": local(item["Created"]),
        "Size": size(taken, 3),
        "Containers": "N/A" if containers < 0 else str(containers),
        "VirtualSize": size(taken),
        "SharedSize": "N/A" if shared < 0 else size(shared),
        "UniqueSize": "N/A" if shared < 0 else size(taken - shared),
    }
