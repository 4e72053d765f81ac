"""`gateway serve`: the one command that is not a client."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str | None, typer.Option("--host", help="The address; API_HOST.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="The port; API_PORT.")] = None,
) -> None:
    """Run the gateway in the foreground; settings come from the environment and .env."""
    from command_gateway.surfaces.http.serve import serve as serve_http

    given = {name: value for name, value in (("api_host", host), ("api_port", port)) if value is not None}
    raise typer.Exit(serve_http(**given))
