"""Where a frame's time goes. No widgets.

pass_timers   a frame's passes, timed by one of three clocks
frame_times   the latest frames, and how their times are spread
meter         both, frame after frame
"""
