"""A video through effects, frame by frame: memory does not grow with its length."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from realtime.photo.blur import PhotoBlur
from realtime.photo.light import Decoder, Encoder
from realtime.pictures.photograph import Photograph
from realtime.pictures.video import VideoWriter
from realtime.pictures.video_file import VideoFrame, VideoReader

Note = Callable[[str], None]  # takes a line for the user
Tick = Callable[[], object]  # is called after each frame


def blur_video(video: VideoReader, out: Path, blur: PhotoBlur, note: Note, tick: Tick) -> None:
    """Write a video through effects: same times, same size, same sound.

    Settings that move are at their start in the first frame and at their end in the last. No
    dither, on which an encoder would spend its bits. What was there of a damaged video is written;
    `video.ended_early` says so. Raises PictureError, and then an old file stays.
    """
    encoder = Encoder(np.uint8, 3, is_linear=False, dithered=False)
    start: int | None = None
    writer = VideoWriter(
        out, video.size, float(video.fps), video.clock, video.audio, video.pixel_aspect
    )
    with writer:
        if video.audio is not None and not writer.copies_audio:
            name = video.audio.codec_context.name
            note(f"{video.path}: sound ({name}) that an .mp4 does not hold, left out")
        for part in video.parts():
            if not isinstance(part, VideoFrame):
                writer.copy(part)
                continue
            start = part.pts if start is None else start
            blur.move_to(video.part_of(part.pts - start))
            decoder = Decoder(Photograph(part.display), blur.number_type)
            writer.add(blur.run(decoder, encoder), part.pts)
            tick()
