"""The newest part of a stream of any length, in bounded memory."""

from collections import deque

BYTES_A_CHARACTER = 4  # UTF-8 at its longest


class Window:
    """Keeps at least the last `characters` of what is added, and cuts between lines where there are any."""

    def __init__(self, characters: int) -> None:
        self._room = 2 * BYTES_A_CHARACTER * characters
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self.cut = False
        self.lines = 0

    def add(self, chunk: bytes) -> None:
        """The next piece of the stream."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        self.lines += chunk.count(b"\n")
        while self._size - len(self._chunks[0]) > self._room:
            self._size -= len(self._chunks.popleft())
            self.cut = True

    def text(self) -> str:
        """What is kept, from the start of a line on; bytes that are no UTF-8 are replaced."""
        raw = b"".join(self._chunks)
        if self.cut:
            start = raw.find(b"\n") + 1
            raw = raw[start:] if 0 < start < len(raw) else raw
        return raw.decode("utf-8", errors="replace")
