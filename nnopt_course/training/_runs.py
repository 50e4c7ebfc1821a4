"""Runs under way: their states between two calls of the compiled program, and the rows that they have recorded."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np

from nnopt_course._tensorflow import tf
from nnopt_course.training._batches import ShuffledRows
from nnopt_course.training._history import History
from nnopt_course.training._program import Setup, State, compiled

# Row numbers that one call is handed. With more of them the loop is not one kernel for XLA, and 3 times as slow.
_LARGEST_ORDER = 2**13


class Runs:
    """Runs of one set-up; the first axis of their arrays is that of the runs.

    A run diverges when one of its losses or a value of its state stops being finite. It makes no more updates then.
    """

    SAVED = ("steps", "states", "shown", "diverged_at", "recorded_steps", "table")

    def __init__(
        self,
        setup: Setup,
        starts: Sequence[Sequence[tf.Tensor]],
        rates: np.ndarray,
        seeds: Sequence[int],
        data: Sequence[tf.Tensor],
        held_out: Sequence[tf.Tensor],
    ) -> None:
        """Stand before the first update."""
        self._setup, self._rates, self._seeds, self._data, self._held_out = setup, rates, seeds, data, held_out
        losses = np.zeros(3 if held_out else 2, rates.dtype)
        states = [_initial_state(setup, losses, start) for start in starts]
        self._shapes = states[0].filled(value.shape for value in states[0].flat())
        self._steps = np.zeros(len(starts), np.int64)
        self._states = np.stack([np.concatenate([value.ravel() for value in state.flat()]) for state in states])
        self._recorded: list[list[np.ndarray]] = []  # steps after which rows were recorded, and these rows
        self._shown = np.zeros(len(starts), np.int64)  # rows of each run before it diverged
        self.diverged_at = np.zeros(len(starts), np.int64)  # updates made then; 0 if a run did not

    @property
    def done(self) -> int:
        """Updates made by the runs that have not diverged."""
        return int(self._steps.max())

    def go_on(self, steps: int, stride: int, every: int) -> Iterator[None]:
        """Make updates until there are ``steps``, record, and yield after each ``stride`` of them."""
        if self._seeds:
            stride = min(stride, max(_LARGEST_ORDER // (self._setup.batch_size * len(self._seeds)), 1))
        orders, program = self._orders(stride), None
        for first in range(self.done, steps, stride):
            last = min(first + stride, steps)
            runs = tuple(map(tf.constant, (self._steps, self._states, self._rates, *next(orders))))
            groups = runs, self._data, self._held_out, (tf.constant([first, last, every], tf.int64),)
            if program is None:
                specs = tuple(tuple(tf.TensorSpec(value.shape, value.dtype) for value in group) for group in groups)
                program = compiled(self._setup, -(-stride // every) + 1, self._shapes, specs)
            results = program(*chain(*groups))
            self._steps, self._states, table = (value.numpy() for value in results)
            self._record(np.append(np.arange(-(-first // every) * every + 1, last, every), last), table)
            yield

    def losses(self, run: int) -> dict[str, float]:
        """Return the losses of a run as they were last, by name."""
        losses = self._states[run, : self._shapes.losses[0]]
        return dict(zip(("batch", "all data", "held-out data"), map(float, losses), strict=False))

    def history(self, run: int, every: int) -> History:
        """Return the history of one run."""
        steps, table = self._all_recorded()
        # The last row of every call is recorded, so that a checkpoint has it, but is shown only if it is due.
        chosen = (((steps - 1) % every == 0) | (steps == steps[-1])) & (np.arange(len(steps)) < self._shown[run])
        table, shapes = table[run, chosen], self._shapes
        losses = shapes.losses[0]
        if self._setup.record_parameters:
            kept = _split(table[:, losses:], (*shapes.parameters, *shapes.shadows))
        else:
            last = shapes.filled(_split(self._states[run : run + 1], shapes.flat()))
            kept = [*last.parameters, *last.shadows]
        return History(
            step=steps[chosen],
            learning_rate=table[:, 0],
            loss=table[:, 1],
            held_out_loss=table[:, 2] if losses > 2 else None,
            parameters=kept[: len(shapes.parameters)],
            shadows=kept[len(shapes.parameters) :],
            diverged_at=int(self.diverged_at[run]) or None,
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all that the runs need to go on, for a file."""
        steps, table = self._all_recorded()
        values = self._steps, self._states, self._shown, self.diverged_at, steps, table
        return dict(zip(self.SAVED, values, strict=True))

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from what :meth:`arrays` gave."""
        self._steps, self._states, self._shown, self.diverged_at, *recorded = (arrays[name] for name in self.SAVED)
        self._recorded = [recorded]

    def _orders(self, stride: int) -> Iterator[tuple[np.ndarray, ...]]:
        """Yield the order of shuffled rows for each call, filled up to a size that other numbers of steps share."""
        if not self._seeds:
            while True:
                yield ()
        batch_size, examples = self._setup.batch_size, self._data[0].shape[0]
        shuffled = [ShuffledRows(seed, examples, skip=self.done * batch_size) for seed in self._seeds]
        count = stride * batch_size
        order = np.zeros((len(shuffled), 1 << (count - 1).bit_length()), np.int32)
        while True:
            for run, rows in enumerate(shuffled):
                order[run, :count] = rows.take(count)
            yield (order,)

    def _record(self, steps: np.ndarray, table: np.ndarray) -> None:
        table = table[:, : len(steps)]
        good = (steps <= self._steps[:, np.newaxis]) & np.isfinite(table).all(axis=2)
        shown = np.where(good.all(axis=1), len(steps), good.argmin(axis=1))
        was_going, is_finite = self.diverged_at == 0, np.isfinite(self._states).all(axis=1)
        self._shown += np.where(was_going, shown, 0)
        self.diverged_at = np.where(was_going & ((shown < len(steps)) | ~is_finite), self._steps, self.diverged_at)
        self._recorded.append([steps, table])

    def _all_recorded(self) -> list[np.ndarray]:
        steps, tables = zip(*self._recorded, strict=True)
        self._recorded = [[np.concatenate(steps), np.concatenate(tables, axis=1)]]
        return self._recorded[0]


def _initial_state(setup: Setup, losses: np.ndarray, start: Sequence[tf.Tensor]) -> State:
    slots = tuple(tuple(map(np.asarray, setup.optimizer.initial_slots(value))) for value in start)
    shadows = tuple(np.asarray(setup.average.initial_shadow(value)) for value in start) if setup.average else ()
    state = State(losses, tuple(value.numpy() for value in start), slots, shadows)
    for value in state.flat():
        if value.dtype != losses.dtype:
            raise TypeError(f"slots and shadows must have the parameters' dtype {losses.dtype}, got {value.dtype}")
    return state


def _split(vectors: np.ndarray, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Cut vectors, shape (rows, values), into arrays of shape (rows, *shape)."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
    parts = np.split(vectors, ends, axis=1)
    return [part.reshape(len(vectors), *shape) for part, shape in zip(parts, shapes, strict=True)]
