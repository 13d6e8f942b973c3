"""What runs inside a Blender process that takes pictures of shapes: `python -m backend.training.shapes.blender TASK`.

`__main__` works through a task's shapes; `studio` holds scene, camera and lights; `surfaces` makes materials of the
parts' material names; `capture` takes one picture or one map of edges. World: the unit cube of `shapes.volume`.
"""
