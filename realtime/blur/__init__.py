"""Blur methods: each turns a scene, seen sharp with its depth, into a picture through the lens.

- `layered`  depth of field in slices; `sparse` and `dense` are its two kernels
- `truth`    the lens itself: the scene seen from hundreds of points of the aperture
- `motion`   motion blur: every body that moves drawn and blurred by itself
- `shutter_truth`  the shutter itself: the scene at dozens of times of its opening
"""
