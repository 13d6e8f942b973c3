"""The protocol's one version number, and how two sides compare theirs.

Equal major versions can talk; a higher minor only adds optional fields. Raise the major when an old peer would
misread a message, the minor when it would merely miss something.
"""

from __future__ import annotations

from .errors import ProtocolMismatch

# 1.1: Status.clients, Shutdown.unless_used. 1.2: garments (Pattern, Garment, HumansRequest.clothes and .hair).
# 1.3: ImagineRequest and PhotoRequest; Survey, Review, Imagined and their answers, which only these requests lead to.
# 1.4: PhotoRequest.file; ShapeRequest, with Candidate.things and .picture; Welcome.requests.
PROTOCOL_VERSION = (1, 4)


def require_compatible(theirs: tuple[int, int], *, their_side: str) -> None:
    """Raise `ProtocolMismatch`, naming the side to update, unless the majors agree.

    `their_side` is "extension" or "backend": who speaks `theirs`.
    """
    if theirs[0] == PROTOCOL_VERSION[0]:
        return
    our_side = "backend" if their_side == "extension" else "extension"
    outdated = their_side if theirs[0] < PROTOCOL_VERSION[0] else our_side
    raise ProtocolMismatch(
        f"The {their_side} speaks protocol {theirs[0]}.{theirs[1]}, "
        f"the {our_side} {PROTOCOL_VERSION[0]}.{PROTOCOL_VERSION[1]}.",
        remedy=f"Update the {outdated}, then restart the backend.",
    )
