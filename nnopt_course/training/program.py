"""The compiled loop: all steps of a run, slicing, penalty, average and recording included, as one program."""

import functools
import os

from nnopt_course._tensorflow import tf
from nnopt_course._weights import is_weight

# Compiles a small loop into one kernel: several times faster, same bits. XLA aborts the process over a flag it does
# not know, so the flag is set only for the version it was tested with, and before XLA reads the variable.
_ONE_KERNEL = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=65536"
if tf.__version__.startswith("2.21.") and "xla_backend_extra_options" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_ONE_KERNEL}".strip()


@functools.lru_cache(maxsize=128)
def _compiled(loss, schedule, optimizer, penalty, average, batch_size, rows, jit, parameter_specs, data_specs):
    """Trace the whole run for these shapes; a constant rate, ``steps`` and ``every`` stay run-time arguments."""
    batches = data_specs[0].shape[0] // batch_size if data_specs else 1
    dtype = parameter_specs[0].dtype

    def total(parameters, batch):
        value = _scalar(loss(parameters, *batch), dtype)
        if penalty is None:
            return value
        return tf.add_n([value, *(_scalar(penalty(weight), dtype) for weight in parameters if is_weight(weight))])

    def program(parameters, data, learning_rate, steps, every):
        def rate_at(step):
            return learning_rate if schedule is None else tf.cast(schedule(step), dtype)

        def update(step, parameters, slots, shadows, _):
            batch = data
            if batches > 1:
                start = step % batches * batch_size
                batch = [_rows(value, start, batch_size) for value in data]
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(parameters)
                value = total(parameters, batch)
            gradients = _check_gradients(tape.gradient(value, parameters))
            moved = [
                optimizer(parameter, gradient, slot, rate_at(step), step)
                for parameter, gradient, slot in zip(parameters, gradients, slots, strict=True)
            ]
            parameters, slots = [parameter for parameter, _ in moved], [slot for _, slot in moved]
            if average:
                shadows = [average(shadow, w, step) for shadow, w in zip(shadows, parameters, strict=True)]
            return step + 1, parameters, slots, shadows, value

        def record_next(row, step, parameters, slots, shadows, value, records):
            stop = step + tf.minimum(tf.where(row == 0, 1, every), steps - step)  # as a sum, this cannot overflow
            step, parameters, slots, shadows, value = tf.while_loop(
                lambda step, _p, _s, _a, value: (step < stop) & tf.math.is_finite(value),
                update,
                (step, parameters, slots, shadows, value),
            )
            everything = total(parameters, data)
            kept = [rate_at(step - 1), everything, *parameters, *shadows]
            records = [array.write(row, v) for array, v in zip(records, kept, strict=True)]
            value = tf.where(tf.math.is_finite(value), everything, value)
            return row + 1, step, parameters, slots, shadows, value, records

        slots = [optimizer.initial_slots(parameter) for parameter in parameters]
        shadows = [average.initial_shadow(parameter) for parameter in parameters] if average else []
        shapes = [tf.TensorShape([])] * 2 + [value.shape for value in [*parameters, *shadows]]
        records = [tf.TensorArray(dtype, rows, element_shape=shape) for shape in shapes]
        row, step, *_, records = tf.while_loop(
            lambda row, _i, _p, _s, _a, value, _r: (row < rows) & tf.math.is_finite(value),
            record_next,
            (0, 0, parameters, slots, shadows, tf.zeros([], dtype), records),
        )
        rates, losses, *recorded = [array.stack() for array in records]
        return row, step, rates, losses, recorded[: len(parameters)], recorded[len(parameters) :]

    function = tf.function(program, jit_compile=jit, autograph=False)
    integer = tf.TensorSpec([], tf.int32)
    rate = tf.TensorSpec([], dtype)
    return function.get_concrete_function(list(parameter_specs), list(data_specs), rate, integer, integer)


def _rows(values, start, count):
    """Slice rows so that their number stays known; both ends are inside, XLA would shift a slice that is not."""
    return tf.slice(values, [start] + [0] * (values.shape.rank - 1), [count, *values.shape[1:]])


def _scalar(value, dtype):
    value = tf.convert_to_tensor(value)
    if value.shape.rank != 0 or value.dtype != dtype:
        raise ValueError(
            f"loss must return a scalar of dtype {dtype.name}, got shape {value.shape} and dtype {value.dtype.name}"
        )
    return value


def _check_gradients(gradients):
    for i, gradient in enumerate(gradients):
        if gradient is None:
            raise ValueError(
                f"loss must depend on every parameter through TensorFlow operations, "
                f"got no gradient for parameters[{i}]"
            )
    return gradients
