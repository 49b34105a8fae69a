"""Where the instances of a body that turns are now: the first numbers of each are its placement."""

import moderngl
import numpy as np

from realtime.scene.spin import Spin


class Moving:
    """Rewrites the placements in an instance buffer, in memory that was set aside once.

    buffer: of `rows` [N, columns] float32. rest: [N, 4, K], points or matrices of the body at time
    0 as columns; the first three rows of what they become fill the first 3 · K columns.
    """

    def __init__(
        self, spin: Spin, buffer: moderngl.Buffer, rows: np.ndarray, rest: np.ndarray
    ) -> None:
        self.spin = spin
        self.buffer = buffer
        self.rows = np.ascontiguousarray(rows, np.float32)
        self.rest = np.asarray(rest, np.float64)
        self._now = np.empty((len(rest), 3, self.rest.shape[2]))
        self._placements = self.rows[:, : self._now[0].size]
        self._flat = self._now.reshape(len(rest), -1)

    def pose(self, time_s: float) -> None:
        """Move all of it to where it is at a time."""
        np.matmul(self.spin.pose(time_s)[:3], self.rest, out=self._now)
        self._placements[:] = self._flat
        self.buffer.write(self.rows)
