"""Benchmarks: they may import everything, are not installed, and run as `script/bench`."""
