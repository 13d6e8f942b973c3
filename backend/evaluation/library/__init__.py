"""The library of interactions, each acted out on a procedural support: `python -m backend evaluate library`.

`places` has a place for every kind of support, `readings` says what each interaction asks for, `sheet` answers them all
and has them rendered (`evaluation.blender.tiles`) and put together to one picture. World: metres, Z up, front −Y.
"""
