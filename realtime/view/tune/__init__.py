"""Where a frame's time goes. No widgets.

frame_times   the latest frames, and how their times are spread
meter         frames and their passes (`realtime.profiling.timers`), frame after frame
"""
