"""Render passes: one class a pass, the shader of the same name beside it in `shaders/`.

A pass says what it reads and what it writes; textures belong to whoever calls it.
"""
