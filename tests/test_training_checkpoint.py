"""Checkpoints: a run that was stopped and goes on ends with the bits and the history of one that was not."""

import numpy as np
import pytest

from nnopt_course import _arrays, datasets, losses, training
from nnopt_course.ema import MovingAverage
from nnopt_course.network import dense, initial_parameters
from nnopt_course.optimizers import Adam, Momentum
from nnopt_course.regularizers import L1, HalfL2
from nnopt_course.schedules import CosineDecay, ExponentialDecay

TRAIN, TEST = datasets.split(datasets.disk(examples=80), test_examples=20)
START = initial_parameters((2, 5, 1), seed=1)
EVERYTHING = {
    "learning_rate": ExponentialDecay(0.03, decay_steps=10, decay_rate=0.9, staircase=True),
    "batch_size": 16,
    "shuffle_seed": 3,
    "optimizer": Adam(),
    "penalty": HalfL2(0.01),
    "average": MovingAverage(0.9),
    "held_out": TEST,
    "record_every": 7,
}


def loss_of_net(parameters, x, y):
    return losses.mean_squared_error(y, dense(parameters, x))


def other_loss(parameters, x, y):
    return 2 * loss_of_net(parameters, x, y)


def assert_same_bits(got, want):
    for name, a, b in zip(want._fields, got, want, strict=True):
        arrays = zip(a, b, strict=True) if isinstance(b, list) else [(a, b)]
        assert all(np.array_equal(x, y) and np.asarray(x).dtype == np.asarray(y).dtype for x, y in arrays), name


@pytest.mark.parametrize("jit", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("change", [{}, {"shuffle_seed": None}, {"record_every": None}, {"record_parameters": False}])
def test_50_and_50_updates_are_100_to_the_bit(change, dtype, jit, tmp_path):
    data, held_out = (datasets.Dataset(*(v.astype(dtype) for v in part)) for part in (TRAIN, TEST))
    options = EVERYTHING | {"held_out": held_out, "jit": jit} | change
    start = [value.astype(dtype) for value in START]
    whole = training.train(loss_of_net, start, data, steps=100, **options)
    for steps in (50, 100):
        run = training.train(loss_of_net, start, data, steps=steps, checkpoint=tmp_path / "run.npz", **options)
    assert_same_bits(run, whole)
    assert whole.final[0].dtype == dtype


@pytest.mark.parametrize("checkpoint_every", [1, 7, 33, 99, 100, 1000, None])
def test_legs_of_any_length_change_nothing(checkpoint_every, tmp_path):
    whole = training.train(loss_of_net, START, TRAIN, steps=100, **EVERYTHING)
    run = training.train(
        loss_of_net, START, TRAIN, steps=100, checkpoint=tmp_path / "run.npz", checkpoint_every=checkpoint_every,
        **EVERYTHING,
    )  # fmt: skip
    assert_same_bits(run, whole)


@pytest.mark.parametrize("saves", [1, 2, 6])
def test_a_run_that_is_interrupted_goes_on_from_its_last_checkpoint(saves, tmp_path, monkeypatch):
    options = EVERYTHING | {"steps": 100, "checkpoint": tmp_path / "run.npz", "checkpoint_every": 13}
    whole = training.train(loss_of_net, START, TRAIN, steps=100, **EVERYTHING)
    save, done = _arrays.save, []

    def stop_after_some(path, about, arrays):
        if len(done) == saves:
            raise KeyboardInterrupt
        done.append(int(arrays["steps"][0]))
        save(path, about, arrays)

    with monkeypatch.context() as patch:
        patch.setattr(_arrays, "save", stop_after_some)
        with pytest.raises(KeyboardInterrupt):
            training.train(loss_of_net, START, TRAIN, **options)
    assert done == [13 * (i + 1) for i in range(saves)]
    resumed = []

    def note(path, about, arrays):
        resumed.append(int(arrays["steps"][0]))
        save(path, about, arrays)

    monkeypatch.setattr(_arrays, "save", note)
    assert_same_bits(training.train(loss_of_net, START, TRAIN, **options), whole)
    assert resumed[0] == done[-1] + 13  # nothing was computed a second time
    assert [path.name for path in tmp_path.iterdir()] == ["run.npz"]


def test_ten_checkpoints_are_written_unless_told_otherwise(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(_arrays, "save", lambda path, about, arrays: saved.append(int(arrays["steps"][0])))
    training.train(loss_of_net, START, TRAIN, steps=91, checkpoint=tmp_path / "run.npz", learning_rate=0.01)
    assert saved == [10, 20, 30, 40, 50, 60, 70, 80, 90, 91]


def test_a_progress_bar_does_not_write_more_often(tmp_path, monkeypatch):
    save, saved = _arrays.save, []

    def note(path, about, arrays):
        saved.append(int(arrays["steps"][0]))
        save(path, about, arrays)

    monkeypatch.setattr(_arrays, "save", note)
    options = EVERYTHING | {"steps": 200, "checkpoint": tmp_path / "run.npz", "checkpoint_every": 61}
    training.train(loss_of_net, START, TRAIN, progress=True, **options)
    assert saved == [62, 124, 186, 200]  # the bar moves after every second update


def test_a_sweep_goes_on_too(tmp_path):
    starts = [initial_parameters((2, 5, 1), seed=seed) for seed in range(3)]
    options = EVERYTHING | {"learning_rate": [0.1, 0.03, 0.01], "shuffle_seed": [1, 2, 3]}
    whole = training.sweep(loss_of_net, starts, TRAIN, steps=60, **options)
    for steps in (25, 60):
        runs = training.sweep(loss_of_net, starts, TRAIN, steps=steps, checkpoint=tmp_path / "runs.npz", **options)
    for run, expected in zip(runs, whole, strict=True):
        assert_same_bits(run, expected)


def test_a_finished_run_comes_back_from_its_file_without_an_update(tmp_path, monkeypatch):
    options = EVERYTHING | {"steps": 30, "checkpoint": tmp_path / "run.npz"}
    first = training.train(loss_of_net, START, TRAIN, **options)
    monkeypatch.setattr(_arrays, "save", None)  # would fail if it were called
    assert_same_bits(training.train(loss_of_net, START, TRAIN, **options), first)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"batch_size": 15}, "batch_size"),
        ({"shuffle_seed": 4}, "shuffle_seed"),
        ({"learning_rate": 0.03}, "schedule"),
        ({"learning_rate": CosineDecay(0.03, decay_steps=10)}, "schedule"),
        ({"optimizer": Adam(epsilon=1e-8)}, "optimizer"),
        ({"optimizer": Momentum()}, "optimizer"),
        ({"penalty": L1(0.01)}, "penalty"),
        ({"average": None}, "average"),
        ({"record_every": 8}, "record_every"),
        ({"record_parameters": False}, "record_parameters"),
        ({"held_out": ()}, "held_out"),
        ({"jit": False}, "jit"),
        ({"loss": other_loss}, "loss"),
        ({"parameters": initial_parameters((2, 5, 1), seed=2)}, "parameters"),
        ({"data": datasets.Dataset(TRAIN.x, 1 - TRAIN.y)}, "data"),
    ],
)
def test_the_checkpoint_of_another_run_is_refused_and_left_alone(change, name, tmp_path):
    path = tmp_path / "run.npz"
    training.train(loss_of_net, START, TRAIN, steps=20, checkpoint=path, **EVERYTHING)
    before = path.read_bytes()
    options = EVERYTHING | {"loss": loss_of_net, "parameters": START, "data": TRAIN, "steps": 40} | change
    array = name in ("data", "held_out", "parameters")
    words = f"the same {name}, got one with others" if array else f"{name} .+, got (?!None$).+"
    with pytest.raises(ValueError, match=rf"run\.npz must be of a run with {words}"):
        training.train(options.pop("loss"), options.pop("parameters"), options.pop("data"), checkpoint=path, **options)
    assert path.read_bytes() == before


def test_a_constant_rate_is_known_by_its_value(tmp_path):
    def bowl(parameters):
        return (parameters[0] + 1) ** 2

    options = {"steps": 5, "checkpoint": tmp_path / "run.npz"}
    first = training.train(bowl, [np.float64(5)], learning_rate=0.1, **options)
    assert_same_bits(training.train(bowl, [np.float64(5)], learning_rate=np.float64(0.1), **options), first)
