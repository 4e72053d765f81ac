"""A private Docker Engine for as long as somebody tests or measures on it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scripts.busybox_image import root_filesystem
from scripts.ping import answers

BASE_IMAGE = "gateway-test-base"
_LAUNCHER = Path(__file__).resolve().parents[2] / "scripts" / "private-engine"
_LONGEST_START = 60.0  # seconds
_BETWEEN_TRIES = 0.02  # seconds
_LONGEST_FOLDER = 80  # characters; the path of a Unix socket has room for 107


class EngineUnavailable(Exception):
    """This machine cannot run an engine of its own; the message says why."""


class PrivateEngine:
    """Debian's dockerd in namespaces of its own; its containers outlive a stop() but not its close()."""

    def __init__(self) -> None:
        self._sudo = _sudo()
        self._process: subprocess.Popen[bytes] | None = None
        base = tempfile.gettempdir()
        self._folder = Path(tempfile.mkdtemp(prefix="gwe-", dir=base if len(base) < _LONGEST_FOLDER else "/tmp"))
        self.host = f"unix://{self._folder}/docker.sock"

    def start(self) -> None:
        """Starts it and returns once it answers.

        Raises:
            RuntimeError: it ended, or stayed silent for a minute; the message has the end of its log.
        """
        log = self._folder / "log"
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                [*self._sudo, "setpriv", "--pdeathsig", "TERM", _LAUNCHER, "--own-network", self._folder,
                 "--group", str(os.getgid())],
                stdin=subprocess.DEVNULL, stdout=written, stderr=written, env=_environment(), start_new_session=True,
            )  # fmt: skip
        for _ in range(int(_LONGEST_START / _BETWEEN_TRIES)):
            if self._ended():
                raise RuntimeError(f"the private engine ended:\n{_end_of(log)}")
            if answers(self.host.removeprefix("unix://")):
                return
        self.stop()
        raise RuntimeError(f"the private engine does not answer:\n{_end_of(log)}")

    def stop(self) -> None:
        """Ends it and everything that it started, at once; its images and containers can be started again."""
        if self._process is None:
            return
        subprocess.run([*self._sudo, "kill", "-USR1", str(self._process.pid)], check=False)
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """Ends it and removes all that it left."""
        self.stop()
        subprocess.run([*self._sudo, "rm", "-rf", self._folder], check=True)

    def _ended(self) -> bool:
        assert self._process is not None
        try:
            self._process.wait(_BETWEEN_TRIES)
        except subprocess.TimeoutExpired:
            return False
        return True


def base_image(host: str) -> str:
    """Imports the image that test containers are made of, unless it is there; its name."""
    if docker(host, "image", "inspect", BASE_IMAGE, check=False).returncode:
        docker(host, "import", "-", BASE_IMAGE, stdin=root_filesystem())
    return BASE_IMAGE


def docker(
    host: str, *words: str, check: bool = True, stdin: bytes = b"", config: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """What the docker command line says about the engine at `host`; bytes that are no UTF-8 are replaced.

    Raises:
        RuntimeError: it failed and `check` is set; the message has its standard error.
    """
    done = subprocess.run(["docker", *words], input=stdin, capture_output=True, env=_environment(host, config))
    if check and done.returncode:
        raise RuntimeError(f"docker {' '.join(words)}: {done.stderr.decode(errors='replace').strip()}")
    said, complained = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    return subprocess.CompletedProcess(done.args, done.returncode, said, complained)


def _environment(host: str | None = None, config: str | None = None) -> Mapping[str, str]:
    """Ours, without what would point docker elsewhere, and with the folders where Debian puts dockerd."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")}
    kept["PATH"] = f"{kept.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    more = {"DOCKER_HOST": host, "DOCKER_CONFIG": config}
    return kept | {key: value for key, value in more.items() if value}


def _sudo() -> list[str]:
    """The words that make a command root's.

    Raises:
        EngineUnavailable: there is no dockerd, or no way to be root.
    """
    if shutil.which("dockerd", path=_environment()["PATH"]) is None:
        raise EngineUnavailable("dockerd is not installed (Debian's docker.io has it); or set TEST_DOCKER_HOST")
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    raise EngineUnavailable("a private engine needs root, or sudo without a password; or set TEST_DOCKER_HOST")


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
