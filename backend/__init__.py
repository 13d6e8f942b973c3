"""Everything that thinks. Never bpy, but for backend/evaluation, which drives Blender from outside."""

__version__ = "0.1.0"

import os

# Idle OpenMP threads spin by default. On a machine that also runs Blender they would take the cores that the other
# threads wait for: measured here, with three busy processes on two cores, a request took 28 s spinning and 7 s passive.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
