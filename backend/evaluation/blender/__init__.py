"""What runs inside the Blender process of an evaluation: `python -m backend.evaluation.blender TASK.json`.

`__main__` works through a task's requests and writes what comes of each; `extension` installs and drives the
extension as the panel does; `scene` opens files and reads geometry; `camera` finds a view of the people, `picture`
lights and renders it. World: Blender's, metres, Z up.
"""
