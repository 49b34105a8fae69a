"""What is looked at: camera, lens, lights, meshes, and the files that describe them."""
