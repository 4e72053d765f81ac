"""What `docker info` tells of an engine, line by line."""

from collections.abc import Iterator, Mapping
from typing import Any

from command_gateway.presentation.humanise import binary_size


def lines(info: Mapping[str, Any]) -> Iterator[str]:
    """The section under "Server:" of Engine API /info."""
    yield f" Containers: {info['Containers']}"
    yield f"  Running: {info['ContainersRunning']}"
    yield f"  Paused: {info['ContainersPaused']}"
    yield f"  Stopped: {info['ContainersStopped']}"
    yield f" Images: {info['Images']}"
    yield from _given(" Server Version", info.get("ServerVersion"))
    yield f" Storage Driver: {info['Driver']}"
    yield from (f"  {key}: {value}" for key, value in info.get("DriverStatus") or [])
    yield from _given(" Logging Driver", info.get("LoggingDriver"))
    yield from _given(" Cgroup Driver", info.get("CgroupDriver"))
    yield from _given(" Cgroup Version", info.get("CgroupVersion"))
    yield from _plugins(info.get("Plugins") or {})
    yield from _swarm(info.get("Swarm") or {})
    yield f" Runtimes: {' '.join(sorted(info.get('Runtimes') or {}))}"
    yield f" Default Runtime: {info.get('DefaultRuntime', '')}"
    yield from _given(" Init Binary", info.get("InitBinary"))
    for name, key in (("containerd", "ContainerdCommit"), ("runc", "RuncCommit"), ("init", "InitCommit")):
        yield f" {name} version: {(info.get(key) or {}).get('ID', '')}"
    yield from _security(info.get("SecurityOptions") or [])
    yield from _machine(info)
    yield from _registries(info)
    yield f" Live Restore Enabled: {_truth(info.get('LiveRestoreEnabled'))}"
    yield from _given(" Product License", info.get("ProductLicense"))
    yield from _pools(info)
    yield ""


def _given(name: str, value: Any) -> Iterator[str]:
    if value:
        yield f"{name}: {value}"


def _plugins(plugins: Mapping[str, Any]) -> Iterator[str]:
    yield " Plugins:"
    yield f"  Volume: {' '.join(plugins.get('Volume') or [])}"
    yield f"  Network: {' '.join(plugins.get('Network') or [])}"
    if plugins.get("Authorization"):
        yield f"  Authorization: {' '.join(plugins['Authorization'])}"
    yield f"  Log: {' '.join(plugins.get('Log') or [])}"


def _swarm(swarm: Mapping[str, Any]) -> Iterator[str]:
    yield f" Swarm: {swarm.get('LocalNodeState', 'inactive')}"
    if swarm.get("LocalNodeState") not in ("active", "locked"):
        return
    yield f"  NodeID: {swarm.get('NodeID', '')}"
    yield f"  Is Manager: {_truth(swarm.get('ControlAvailable'))}"
    if swarm.get("ControlAvailable"):
        yield f"  Managers: {swarm.get('Managers', 0)}"
        yield f"  Nodes: {swarm.get('Nodes', 0)}"
    yield f"  Node Address: {swarm.get('NodeAddr', '')}"


def _security(options: list[str]) -> Iterator[str]:
    if not options:
        return
    yield " Security Options:"
    for option in options:
        pairs = [part.partition("=") for part in option.split(",")]
        names = [value for key, _, value in pairs if key == "name"]
        yield from (f"  {name}" for name in names)
        yield from (f"   {key.capitalize()}: {value}" for key, _, value in pairs if key != "name")


def _machine(info: Mapping[str, Any]) -> Iterator[str]:
    yield from _given(" Kernel Version", info.get("KernelVersion"))
    yield from _given(" Operating System", info.get("OperatingSystem"))
    yield from _given(" OSType", info.get("OSType"))
    yield from _given(" Architecture", info.get("Architecture"))
    yield f" CPUs: {info.get('NCPU', 0)}"
    yield f" Total Memory: {binary_size(info.get('MemTotal', 0))}"
    yield from _given(" Name", info.get("Name"))
    yield from _given(" ID", info.get("ID"))
    yield f" Docker Root Dir: {info.get('DockerRootDir', '')}"
    yield f" Debug Mode: {_truth(info.get('Debug'))}"
    for name, key in ((" HTTP Proxy", "HttpProxy"), (" HTTPS Proxy", "HttpsProxy"), (" No Proxy", "NoProxy")):
        yield from _given(name, info.get(key))
    if info.get("Labels"):
        yield " Labels:"
        yield from (f"  {label}" for label in info["Labels"])
    yield f" Experimental: {_truth(info.get('ExperimentalBuild'))}"


def _registries(info: Mapping[str, Any]) -> Iterator[str]:
    config = info.get("RegistryConfig") or {}
    insecure = [name for name, index in (config.get("IndexConfigs") or {}).items() if not index.get("Secure")]
    ranges = config.get("InsecureRegistryCIDRs") or []
    if insecure or ranges:
        yield " Insecure Registries:"
        yield from (f"  {each}" for each in [*insecure, *ranges])
    if config.get("Mirrors"):
        yield " Registry Mirrors:"
        yield from (f"  {each}" for each in config["Mirrors"])


def _pools(info: Mapping[str, Any]) -> Iterator[str]:
    if info.get("DefaultAddressPools"):
        yield " Default Address Pools:"
        yield from (f"   Base: {each['Base']}, Size: {each['Size']}" for each in info["DefaultAddressPools"])


def _truth(value: Any) -> str:
    return "true" if value else "false"
