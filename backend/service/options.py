"""What `serve` can be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from protocol.codec import MAX_MESSAGE_BYTES


@dataclass(frozen=True)
class Options:
    connection_file: Path
    parent_pid: int | None = None  # end when this process ends
    port: int = 0  # 0: any free one
    max_message_bytes: int = MAX_MESSAGE_BYTES
    cancel_patience_s: float = 10.0  # how long a worker may take to let go of a cancelled job
