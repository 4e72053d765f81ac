"""`gateway approve`, `gateway reject`: a person's decision."""

from command_gateway.surfaces.cli.options import URL, AsJson, Reason, RequestId, Source, Url
from command_gateway.surfaces.cli.replies import show_reply
from command_gateway.surfaces.cli.talking import talk


def approve(source: Source, request_id: RequestId, reason: Reason, as_json: AsJson = False, url: Url = URL) -> None:
    """Let a waiting request run, exactly as it was shown; you must be another than who asked."""
    reply = talk(url, source, lambda client: client.approve(request_id, reason=reason), as_json=as_json)
    show_reply(reply, as_json=as_json)


def reject(source: Source, request_id: RequestId, reason: Reason, as_json: AsJson = False, url: Url = URL) -> None:
    """End a waiting request; nothing runs."""
    reply = talk(url, source, lambda client: client.reject(request_id, reason=reason), as_json=as_json)
    show_reply(reply, as_json=as_json)
