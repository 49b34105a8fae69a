"""Bokeh drawn by hand: from a pen to a bank that blurs the running scene. No widgets here.

    brush, shapes, letters, picture -> drawing -> kernel -> Refit -> Session.use_bank
                                          |                    |
                                       `shown`            `response`: what was fitted, to compare

- `drawing`   the light on a square canvas, with undo; mirrored, turned, cleared
- `brush`     how far a stroke covers each pixel
- `shapes`    polygons with blades, stars, hearts
- `letters`   text
- `picture`   a picture's alpha or luminance
- `kernel`    the drawing as a kernel, centred and cut out; and as the fitter sees it at a radius
- `response`  the kernel that a bank's cascade makes of a point of light
- `shown`     an array as a texture
- `file`      the name of a saved bank
- `painter`   all of it together, and the fitter process: `Session.painter`

Light is linear, float32 [SIDE, SIDE], 0 … 1, row 0 on top, +x right, +y down. Places on the canvas
are shares (x, y) of its sides, 0 … 1, so that nothing hangs on SIDE.
"""
