"""The viewer: a live scene, its lens, blur and effects in your hands.

    ViewState  --->  Session  --->  pictures         state    all that can be set, as one value
        ^               ^                            settings it as TOML;  history  undo
        |               |                            session  time, camera, pictures; no window
      edits           pixels                         stage    one picture, or two beside a bar
        |               |                            library  scenes and banks by name
    panels, keys,    surfaces:                       gui/     Dear ImGui: panels over the picture
    mouse, scripts   window, headless                app      the frame loop that joins them

- `events`, `surface`   what a user does, and what is drawn on: `window` (GLFW), `headless` (EGL)
- `shortcuts`, `pointer`, `controls`   what keys and mouse do to the state
- `script`   users in files, for tests and pictures
- `launch`   opens and closes all of it for `diskblur view`
- `output`, `recording`   pictures, videos and settings in files
- `storage`, `restore`, `display_loss`   what outlives a session, however it ends
- `reload`   shaders, banks and scenes that change on the disk
- `bookmarks`   places of the camera that have a name
- `heap`   freed memory, back to the system
- `inspect/`   errors between pictures, and all there is to know about a pixel
- `tune/`   where a frame's time goes
- `photo_scene`, `photo_renderer`   a photograph in place of a scene

Only `window` knows GLFW and only `gui` knows Dear ImGui.
"""
