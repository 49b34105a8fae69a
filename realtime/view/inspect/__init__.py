"""Looking closely at pictures: how far apart they are, and what made one pixel. No widgets.

late         small numbers read back from the GPU without waiting for them
error_view   two pictures -> their difference in false colours
psnr         two pictures -> their PSNR
probe        one pixel -> a row of numbers
reading      those numbers -> what they mean: depth, CoC, slice, taps
kernel       a place in a bank -> taps on the picture, and the PSF they make
kernel_picture  those PSFs as a texture
inspector    all of it, as the panel asks for it, frame after frame
"""
