"""The OpenGL boundary: everything here takes the context as a parameter, nothing is global."""
