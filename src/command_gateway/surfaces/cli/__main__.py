"""`python -m command_gateway.surfaces.cli`, the same as `gateway`."""

from command_gateway.surfaces.cli.app import main

main()
