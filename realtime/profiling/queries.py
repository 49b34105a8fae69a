"""Timer queries, used again and again: moderngl makes them but has no way to delete one.

Those that nobody uses wait here, by context, for the next timer that wants some; they go when their
context does.
"""

from weakref import WeakKeyDictionary

import moderngl

_FREE: WeakKeyDictionary[moderngl.Context, list[moderngl.Query]] = WeakKeyDictionary()


def take_query(ctx: moderngl.Context) -> moderngl.Query:
    """Return a timer query of the context: one that was given back, or a new one."""
    free = _FREE.get(ctx)
    if not free:
        return ctx.query(time=True)
    query = free.pop()
    query.ctx = ctx
    return query


def give_back(ctx: moderngl.Context, query: moderngl.Query) -> None:
    """Let others use a query that has ended."""
    query.ctx = None  # it would keep its context alive, and with it this entry
    _FREE.setdefault(ctx, []).append(query)
