"""Pairs of 1-D passes by the singular value decomposition of each kernel."""

from realtime.bank import LowRankBank
from realtime.methods.method import Method
from realtime.passes.lowrank import LowRankPass

LOWRANK = Method(
    name="lowrank",
    kind=LowRankPass,
    about="pairs of 1-D passes of a low-rank bank",
    source="T. McGraw 2015, Fast Bokeh Effects Using Low-Rank Linear Filters",
    reads=(LowRankBank,),
)
