"""The compiled loop: all steps of one or many runs, with batches, penalty, average and recording, as one program."""

import functools
import math
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from nnopt_course._tensorflow import tf
from nnopt_course._weights import is_weight
from nnopt_course.optimizers import Optimizer
from nnopt_course.training._batches import cyclic, gathered

# Compiles a small loop into one kernel: several times faster, same bits. XLA aborts the process over a flag it does
# not know, so the flag is set only for the version it was tested with, and before XLA reads the variable.
_ONE_KERNEL = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=65536"
if tf.__version__.startswith("2.21.") and "xla_backend_extra_options" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_ONE_KERNEL}".strip()


Specs = tuple[tuple[tf.TensorSpec, ...], ...]


class Setup(NamedTuple):
    """What a program is built from, besides shapes and dtypes; equal set-ups share a program."""

    loss: Callable[..., tf.Tensor]
    schedule: Callable[[tf.Tensor], Any] | None
    optimizer: Optimizer
    penalty: Callable[[tf.Tensor], tf.Tensor] | None
    average: Any  # an Average of run.py, or None
    batch_size: int  # 0 without data
    record_parameters: bool
    jit: bool


class State(NamedTuple):
    """What a run carries from step to step, besides the number of the step; or the shapes of that."""

    losses: Any  # of the last batch, before its update; over all data, and over held-out data, as recorded last
    parameters: tuple[Any, ...]
    slots: tuple[tuple[Any, ...], ...]  # what the optimizer remembers, for each parameter
    shadows: tuple[Any, ...]  # averages of the parameters; empty without an average

    def flat(self) -> list[Any]:
        """Return everything one after the other."""
        return [self.losses, *self.parameters, *(value for slots in self.slots for value in slots), *self.shadows]

    def filled(self, flat: Iterable[Any]) -> "State":
        """Return a state of this structure with the values that :meth:`flat` gives."""
        values = iter(flat)

        def like(part):
            return tuple(next(values) for _ in part)

        return State(next(values), like(self.parameters), tuple(map(like, self.slots)), like(self.shadows))


@functools.lru_cache(maxsize=128)
def compiled(setup: Setup, rows: int, shapes: State, specs: Specs) -> Callable[..., Any]:
    """Trace the runs for these shapes; rates and numbers of steps stay run-time arguments.

    Args:
      setup: what to run.
      rows: the largest number of rows to record.
      shapes: those of the state.
      specs: those of (runs, data, held-out data, bounds). The runs are their steps, int64, shape ``(runs,)``, their
        states, a vector each, their constant rates, and the order of their rows if batches are shuffled. The bounds are
        the step to go on from, the one to stop at, and the recording interval, int64.

    Returns:
      A function of those arrays one after the other. It returns the new steps and states, and the recorded rows, shape
      ``(runs, rows, values)``: rate, losses but that of the batch, parameters and shadows.
    """
    dtype = specs[0][1].dtype
    ends = [len(specs[0]), len(specs[0]) + len(specs[1]), -1]

    def penalized(parameters, batch):
        value = _scalar(setup.loss(list(parameters), *batch), dtype)
        if setup.penalty is None:
            return value
        penalties = [_scalar(setup.penalty(weight), dtype) for weight in parameters if is_weight(weight)]
        return tf.add_n([value, *penalties])

    def program(*inputs):
        runs, data, held_out = inputs[: ends[0]], inputs[ends[0] : ends[1]], inputs[ends[1] : ends[2]]
        first, last, every = tf.unstack(inputs[-1])
        cyclic_batch = cyclic(data, setup.batch_size)

        def go_on(run):
            step, vector, rate, *order = run
            batch_at = gathered(data, setup.batch_size, order[0], first) if order else cyclic_batch

            def rate_at(step):
                return rate if setup.schedule is None else tf.cast(setup.schedule(step), dtype)

            def update(step, parameters, slots, shadows, _):
                batch = batch_at(step)
                with tf.GradientTape(watch_accessed_variables=False) as tape:
                    tape.watch(parameters)
                    value = penalized(parameters, batch)
                gradients, now = _check_gradients(tape.gradient(value, parameters)), rate_at(step)
                moved = [
                    setup.optimizer(parameter, gradient, slot, now, step)
                    for parameter, gradient, slot in zip(parameters, gradients, slots, strict=True)
                ]
                parameters, slots = (tuple(values) for values in zip(*moved, strict=True))
                if setup.average:
                    shadows = tuple(setup.average(s, w, step) for s, w in zip(shadows, parameters, strict=True))
                return step + 1, parameters, slots, shadows, value

            def record_next(row, step, vector, table):
                # Cut up here, not before the loop: there each piece would be a kernel of its own to compile.
                parts = tf.split(vector, [math.prod(shape) for shape in shapes.flat()])
                state = shapes.filled(map(tf.reshape, parts, shapes.flat()))
                goal = tf.minimum((step + every - 1) // every * every + 1, last)
                step, parameters, slots, shadows, batch_loss = tf.while_loop(
                    lambda step, _p, _s, _a, value: (step < goal) & tf.math.is_finite(value),
                    update,
                    (step, *state[1:], state.losses[0]),
                )
                losses = [penalized(parameters, data)]
                if held_out:
                    losses += [_scalar(setup.loss(list(parameters), *held_out), dtype)]
                kept = [*parameters, *shadows] if setup.record_parameters else []
                table = table.write(row, _packed([rate_at(step - 1), *losses, *kept]))
                state = State(tf.stack([batch_loss, *losses]), parameters, slots, shadows)
                return row + 1, step, tf.ensure_shape(_packed(state.flat()), vector.shape), table

            def is_going_on(row, step, vector, table):
                return (step < last) & tf.reduce_all(tf.math.is_finite(vector[: shapes.losses[0]]))

            kept = [*shapes.parameters, *shapes.shadows] if setup.record_parameters else []
            width = shapes.losses[0] + sum(map(math.prod, kept))
            table = tf.TensorArray(dtype, rows, element_shape=[width])
            _, step, vector, table = tf.while_loop(is_going_on, record_next, (tf.constant(0), step, vector, table))
            return step, vector, tf.ensure_shape(table.stack(), [rows, width])

        if runs[0].shape[0] == 1:  # compiles sooner than a loop of one round
            return [value[tf.newaxis] for value in go_on([value[0] for value in runs])]

        def next_run(i, results):
            found = go_on([tf.gather(value, i) for value in runs])
            return i + 1, [array.write(i, value) for array, value in zip(results, found, strict=True)]

        # Not tf.map_fn: it breaks variable scopes for the rest of the process if a loss raises while it is traced.
        count = specs[0][0].shape[0]
        results = [tf.TensorArray(kind, count) for kind in (tf.int64, dtype, dtype)]
        _, results = tf.while_loop(lambda i, _: i < count, next_run, (tf.constant(0), results))
        return [array.stack() for array in results]

    function = tf.function(program, jit_compile=setup.jit, autograph=False)
    return function.get_concrete_function(*(spec for group in specs for spec in group))


def _packed(values: Iterable[tf.Tensor]) -> tf.Tensor:
    return tf.concat([tf.reshape(value, [-1]) for value in values], axis=0)


def _scalar(value: Any, dtype: tf.DType) -> tf.Tensor:
    value = tf.convert_to_tensor(value)
    if value.shape.rank != 0 or value.dtype != dtype:
        raise ValueError(
            f"loss must return a scalar of dtype {dtype.name}, got shape {value.shape} and dtype {value.dtype.name}"
        )
    return value


def _check_gradients(gradients: Sequence[tf.Tensor | None]) -> Sequence[tf.Tensor]:
    for i, gradient in enumerate(gradients):
        if gradient is None:
            raise ValueError(
                f"loss must depend on every parameter through TensorFlow operations, "
                f"got no gradient for parameters[{i}]"
            )
    return gradients
