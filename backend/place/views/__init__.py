"""View selection: from where a place can be looked at, so that a picture shows what is done there.

GenZI's first step: directions over a sphere, kept by elevation and by the surface's normal, scored by how much of the
surface patch about the target is visible. Metres, world, Z up.
"""

from .choosing import ViewParameters, Views, choose_views
from .target import Target

__all__ = ["Target", "ViewParameters", "Views", "choose_views"]
