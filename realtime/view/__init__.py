"""The window: a live scene, its camera in your hands, its blur at a key.

- `window`    a GLFW window with an OpenGL 3.3 context and its events
- `controls`  what mouse and keys do to the camera and the settings; no window needed
- `app`       the frame loop
"""
