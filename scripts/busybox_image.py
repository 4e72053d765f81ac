"""A root filesystem of nothing but a static busybox, to be imported as an image where no registry can be reached."""

import io
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

_PREPARED = Path(__file__).resolve().parent.parent / ".state" / "busybox"
_FOLDERS = ("bin", "dev", "etc", "proc", "root", "sys", "tmp", "var")


def static_busybox() -> Path:
    """The busybox that the preparation put aside, or the one on PATH where that is static.

    Raises:
        FileNotFoundError: there is none; the message says what gets one.
    """
    found = shutil.which("busybox")
    for each in (_PREPARED, *([Path(found)] if found else [])):
        if each.is_file() and _is_static(each):
            return each
    raise FileNotFoundError("no static busybox: run scripts/prepare, or install Debian's busybox-static")


def root_filesystem() -> bytes:
    """The filesystem as a tar archive: every applet of busybox in /bin."""
    busybox = static_busybox()
    listed = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for folder in _FOLDERS:
            archive.addfile(_entry(folder, tarfile.DIRTYPE, 0o1777 if folder == "tmp" else 0o755))
        for applet in listed:
            if applet != "busybox":
                archive.addfile(_entry(f"bin/{applet}", tarfile.SYMTYPE, 0o777, to="busybox"))
        _add(archive, "bin/busybox", busybox.read_bytes(), 0o755)
        _add(archive, "etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n", 0o644)
        _add(archive, "etc/group", b"root:x:0:\n", 0o644)
    return packed.getvalue()


def _is_static(program: Path) -> bool:
    """An ELF program without a program interpreter is static; ldd says so with an exit code other than 0."""
    return subprocess.run(["ldd", program], capture_output=True).returncode != 0


def _entry(name: str, kind: bytes, mode: int, *, to: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.linkname = kind, mode, to
    return entry


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int) -> None:
    entry = _entry(name, tarfile.REGTYPE, mode)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


if __name__ == "__main__":
    try:
        static_busybox()
    except FileNotFoundError:
        sys.exit(1)
