"""What a dataset is, and how a part of its rows is held out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from nnopt_course import _checks


class Dataset(NamedTuple):
    """Examples in rows: ``x`` of shape ``(examples, inputs)`` and ``y`` of shape ``(examples, outputs)``.

    Where ``y`` holds integer class ids, its shape is ``(examples,)``.
    """

    x: np.ndarray  #: Inputs.
    y: np.ndarray  #: Answers.


class Split(NamedTuple):
    """Examples to train on, and others that training never sees."""

    train: Dataset  #: Examples to train on.
    test: Dataset  #: Examples held out.


def split(data: tuple[ArrayLike, ArrayLike], *, test_examples: int, seed: int | None = None) -> Split:
    r"""Hold out ``test_examples`` rows; each row goes to exactly one of the two parts.

    Without a seed the last rows are held out and all keep their order. That is right for rows drawn independently, such
    as those of :func:`disk` and :func:`moons`: rows drawn after the others are as fresh as any, and the rows to train
    on stay the same however many more are drawn and held out.

    With a seed the rows are shuffled, and both parts are in shuffled order. If ``y`` holds class ids, each class keeps
    its share: of a class with :math:`n_k` of the :math:`N` examples, :math:`T n_k / N` are held out, rounded up or
    down, where :math:`T` is ``test_examples``.

    Args:
      data: the arrays ``x`` and ``y``, with equally many rows, at least 2.
      test_examples: number of rows to hold out, from 1 to one less than there are.
      seed: seed of ``RandomState``, in ``[0, 2**32)``, or ``None`` to hold out the last rows.

    Returns:
      The two parts as copies, with the dtypes of ``data``.

    Raises:
      ValueError: if there are not two arrays, their numbers of rows differ or are below 2, or ``test_examples`` or
        ``seed`` is out of range.
      TypeError: if ``data`` is not a tuple or list of arrays, or ``test_examples`` or ``seed`` is not an integer.

    Source: Hastie et al., *The Elements of Statistical Learning* (2009), section 7.2, for holding out data.

    >>> x, y = np.arange(10.0).reshape(5, 2), np.array([0, 1, 0, 1, 0])
    >>> train, test = split((x, y), test_examples=2)
    >>> train.y.tolist(), test.x.tolist()
    ([0, 1, 0], [[6.0, 7.0], [8.0, 9.0]])
    """
    if not isinstance(data, list | tuple):
        raise TypeError(f"data must be the pair (x, y), got {type(data).__name__}")
    if len(data) != 2:
        raise ValueError(f"data must be the pair (x, y), got {len(data)} arrays")
    try:
        x, y = (np.asarray(values) for values in data)
    except (TypeError, ValueError) as error:  # lists of lists of unequal lengths, for example
        raise TypeError(f"data must be two arrays, x and y, got {data!r}") from error
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y) or len(x) < 2:
        raise ValueError(f"data must be x and y with equally many rows, at least 2, got shapes {x.shape} and {y.shape}")
    examples = len(x)
    test_examples = _checks.positive_integer("test_examples", test_examples, largest=examples - 1)
    order = np.arange(examples)
    held_out = order >= examples - test_examples
    if seed is not None:
        random = np.random.RandomState(_checks.seed(seed))
        places = random.permutation(examples)
        if y.ndim == 1 and np.issubdtype(y.dtype, np.integer):
            places = places[np.argsort(y[places], kind="stable")]  # class by class, shuffled within each
        # Evenly spaced places: of n neighbors, such as a class, n * test_examples / examples are held out, within 1.
        held_out = np.zeros(examples, bool)
        held_out[places[np.arange(test_examples) * examples // test_examples]] = True
        order = random.permutation(examples)  # anew, because the places of the held-out rows were not random
    train, test = order[~held_out[order]], order[held_out[order]]
    return Split(Dataset(x[train], y[train]), Dataset(x[test], y[test]))
