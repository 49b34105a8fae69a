"""The stage of a photograph: its errors are those of the values that are shown."""

import moderngl

from realtime.bank import Bank, LowRankBank
from realtime.scene.model import Scene
from realtime.view.inspect.error_view import ErrorPass
from realtime.view.photo_scene import PhotoScene
from realtime.view.stage import Size, Stage


class PhotoStage(Stage):
    """See `Stage`. A photograph was tone-mapped when it was made."""

    def __init__(
        self, ctx: moderngl.Context, scene: Scene, bank: Bank | LowRankBank | None, size: Size
    ) -> None:
        super().__init__(ctx, scene, bank, size)
        self._error = ErrorPass(ctx, is_mapped=False)


def stage_of(
    ctx: moderngl.Context, scene: Scene, bank: Bank | LowRankBank | None, size: Size
) -> Stage:
    """Return the stage that a scene, or a photograph, takes."""
    kind = PhotoStage if isinstance(scene, PhotoScene) else Stage
    return kind(ctx, scene, bank, size)
