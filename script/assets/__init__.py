"""Meshes and textures of the shipped scenes, made of noise and formulas."""
