"""Prints where the settings say that the gateway will listen, and the engine that they name: `host port engine`."""

import sys

from command_gateway.settings import SettingsBroken, read_settings

if __name__ == "__main__":
    try:
        settings = read_settings()
    except SettingsBroken as broken:
        sys.exit(str(broken))
    print(settings.api_host, settings.api_port, settings.docker_host)
