"""Blur methods: each turns a scene, seen sharp with its depth, into a picture through the lens.

- `layered`  depth of field in slices; `sparse` and `dense` are its two kernels
- `truth`    the lens itself: the scene seen from hundreds of points of the aperture
"""
