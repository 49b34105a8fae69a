"""Every blur method on the same frame and on the same picture: what `diskblur profile` measures.

- `contenders`  which methods, by which banks
- `frames`      whole frames of a scene, by passes, against the dense kernels and the lens truth
- `stage`       the blur alone, of one picture at one radius, beside its floor and a plain copy
- `sweep`       the stage over radii and sizes
- `result`      what was measured, as JSON
- `tables`, `plots`, `report`   what people read
"""
