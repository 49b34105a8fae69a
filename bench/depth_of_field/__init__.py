"""Depth of field against the lens truth: `script/bench depth_of_field` writes one report of it.

- `plan`        which cases there are, of which effort
- `store`       finished cases, so that an interrupted run goes on
- `studio`      what cases share: the GL context, banks, renderers, the truth drawn last
- `shot`        a scene drawn once, for many settings to blur
- `quality`     PSNR and FLIP over slices, taps, presets; the dense kernel in the same slices
- `convergence` whether the truth has enough views
- `temporal`    how much the error changes from frame to frame, and `change`, the measure itself
- `painted`     one light in hand-painted textures; `highlights` and `resolution` measure its disc
- `cost`        frames per second, and the stage against a gather of 41 taps and against one cascade
- `sheets`      contact sheets
- `figures`, `tables`, `summary`, `report`   what is written about all of it
"""
