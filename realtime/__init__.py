"""diskblur's renderer: live 3D scenes blurred per pixel by a bank of sparse cascades.

The map, from file to screen:

- `bank`    the bank file contract: the only thing this package and `fitter` share
- `scene`   what is looked at: camera, lens, lights, meshes, scene files
- `gl`      the OpenGL boundary: contexts, shader programs, render targets
- `passes`  one class a render pass, one shader each (`shaders/`)
- `blur`    the blur methods: none, sparse, dense, motion, the truths of lens and shutter
- `effects` spatially varying blur beside depth of field: tilt-shift, rotational, lens ...
- `photo`   all of it on photographs and video
- `view`    the window
- `cli`     the `diskblur` command

Importing this package imports neither OpenGL nor torch.
"""

__version__ = "0.1.0"
