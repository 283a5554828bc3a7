"""Where the compiled copies of the kernel's functions stand, filled by `mode`: what is kept names this module."""
