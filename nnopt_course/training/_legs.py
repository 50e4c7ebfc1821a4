"""A run or a sweep from its arguments to its histories, in legs between which it is saved and shows progress."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from tqdm import tqdm

from nnopt_course import _checks
from nnopt_course._tensorflow import TensorLike, tf
from nnopt_course.optimizers import Optimizer
from nnopt_course.training import _arguments
from nnopt_course.training._checkpoint import Checkpoint
from nnopt_course.training._history import DivergenceError, History
from nnopt_course.training._program import Setup
from nnopt_course.training._runs import Runs


def run_all(
    loss: Callable[..., tf.Tensor],
    starts: Sequence[Sequence[TensorLike]],
    data: Sequence[TensorLike],
    *,
    steps: int,
    learning_rate: Sequence[Any],
    batch_size: int | None,
    shuffle_seed: Sequence[int | None],
    optimizer: Optimizer,
    penalty: Callable[[tf.Tensor], tf.Tensor] | None,
    average: Any,
    held_out: Sequence[TensorLike],
    record_every: int | None,
    record_parameters: bool,
    checkpoint: str | Path | None,
    checkpoint_every: int | None,
    progress: bool,
    jit: bool,
    allow_divergence: bool = False,
) -> list[History]:
    """Train from every start; the arguments are those of ``train``, with one rate and one seed for each run."""
    steps = _checks.positive_integer("steps", steps, largest=2**53)
    every = steps if record_every is None else min(steps, _checks.positive_integer("record_every", record_every))
    starts = _arguments.tensors_of_starts(starts)
    dtype = starts[0][0].dtype
    data = _arguments.tensors_of_data("data", data, dtype)
    held_out = _arguments.tensors_of_data("held_out", held_out, dtype)
    batch_size = _arguments.size_of_batch(batch_size, data)
    schedule, rates = _arguments.schedule_and_rates(learning_rate, len(starts), dtype)
    seeds = _arguments.seeds_of_shuffling(shuffle_seed, len(starts), data)
    parts = {"loss": loss, "learning_rate": schedule, "optimizer": optimizer, "penalty": penalty, "average": average}
    _arguments.check_parts(starts[0], **parts)
    for name, value in {"record_parameters": record_parameters, "progress": progress, "jit": jit}.items():
        _checks.boolean(name, value)

    setup = Setup(loss, schedule, optimizer, penalty, average, batch_size, record_parameters, jit)
    runs = Runs(setup, starts, rates, seeds, data, held_out)
    file, save_every = None, steps
    if checkpoint is not None:
        save_every = -(-steps // 10) if checkpoint_every is None else checkpoint_every
        save_every = _checks.positive_integer("checkpoint_every", save_every)
        fixed = setup._asdict() | {"learning_rate": rates.tolist(), "shuffle_seed": seeds, "record_every": record_every}
        file = Checkpoint(checkpoint, fixed, {"parameters": chain(*starts), "data": data, "held_out": held_out})
        if saved := file.load(Runs.SAVED, steps):
            runs.restore(saved)
    elif checkpoint_every is not None:
        raise ValueError(f"checkpoint_every must be left out where there is no checkpoint, got {checkpoint_every!r}")
    stride = min(save_every, -(-steps // 100)) if progress else save_every
    saved_at = runs.done

    legs = runs.go_on(steps, stride, every)
    for _ in _shown(legs, runs, steps) if progress else legs:
        if runs.diverged_at.any() and not allow_divergence:
            raise DivergenceError(_divergence(runs, steps, learning_rate))
        if file and (runs.done - saved_at >= save_every or runs.done == steps):
            file.save(runs.arrays())
            saved_at = runs.done
    return [runs.history(run, every) for run in range(len(starts))]


def _shown(legs: Iterator[None], runs: Runs, steps: int) -> Iterator[None]:
    """Pass the legs on under a progress bar, which tqdm leaves out where standard error is no terminal."""
    with tqdm(total=steps, initial=runs.done, unit=" updates", disable=None) as bar:
        for leg in legs:
            yield leg
            bar.update(runs.done - bar.n)


def _divergence(runs: Runs, steps: int, learning_rate: Sequence[Any]) -> str:
    run = int(runs.diverged_at.argmax())
    which = f"run {run}: " if len(learning_rate) > 1 else ""
    losses = ", ".join(f"{name} {value:.6g}" for name, value in runs.losses(run).items())
    return (
        f"{which}a loss, a parameter or a slot stopped being finite at update {runs.diverged_at[run]} of {steps} "
        f"({losses}): lower learning_rate (now {learning_rate[run]!r}) or look for bad values in the data"
    )
