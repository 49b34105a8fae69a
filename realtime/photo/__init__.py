"""Blur of photographs and videos in files: `diskblur apply`.

- `light`, `dither`   a file's numbers to linear light and back, a table look-up a value
- `tiles`, `reach`    how a picture is cut, so that any size fits into little memory
- `picture`, `blur`   a photograph through effects or a map, tile by tile
- `numbers`, `maps`   what a user's map says
- `depth`, `holes`, `lens_blur`   how near things are, and a lens's blur by it
- `film`              a video, frame by frame
"""
