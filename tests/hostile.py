"""Hostile values: what a call may be handed by mistake, and must refuse or return from."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from nnopt_course._tensorflow import tf

INF, NAN = float("inf"), float("nan")
BFLOAT16 = tf.bfloat16.as_numpy_dtype
FLOATING = (np.float16, BFLOAT16, np.float32, np.float64)
OTHERS = (np.bool_, np.int8, np.uint8, np.int32, np.int64, np.uint64, np.complex64, "U2", "S2", object, "M8[s]", ">f8")
OTHERS += (np.longdouble, tf.dtypes.experimental.float8_e4m3fn.as_numpy_dtype)

# Subnormal numbers of float64, float32 and float16 and their largest ones are among them.
NUMBERS = (NAN, INF, -INF, -0.0, 0.0, 5e-324, 1e-40, 6e-8, 65504.0, 3.4028235e38, 1.7976931348623157e308, 1.0, -1.0)
numbers = st.floats(-3, 3, width=16) | st.sampled_from(NUMBERS)
shapes = st.lists(st.integers(1, 3), max_size=3).map(tuple) | st.lists(st.integers(0, 3), max_size=4).map(tuple)
dtypes = st.sampled_from(FLOATING)


def backwards(array):
    """Return the same numbers with negative strides."""
    return np.flip(np.array(np.flip(array)))


def gaps(array):
    """Return the same numbers with gaps between them in memory."""
    return np.repeat(array, 2, axis=-1)[..., ::2] if array.ndim else array


def read_only(array):
    array = array.copy()
    array.setflags(write=False)
    return array


FORMS = (np.array, np.asfortranarray, backwards, gaps, read_only, np.ndarray.tolist, tf.constant, tf.Variable)


def formed(array, form):
    """Return an array in one of the forms; TensorFlow has no tensor of some dtypes."""
    try:
        return form(array)
    except (TypeError, ValueError):
        return array


def cast(values, shape, dtype):
    """Return an array that repeats the values; those that the dtype does not have become what NumPy makes of them."""
    with np.errstate(all="ignore"):
        return np.resize(np.array(values), shape).astype(dtype)


def arrays(dtype, shape, values=numbers):
    """Arrays of this dtype and shape in all forms, few values repeated."""
    filled = st.lists(values, min_size=1, max_size=4).map(lambda few: cast(few, shape, dtype))
    return st.builds(formed, filled, st.sampled_from(FORMS))


any_array = st.builds(lambda dtype, shape: arrays(dtype, shape), st.sampled_from(FLOATING + OTHERS), shapes).flatmap(
    lambda strategy: strategy
)

SCALARS = (NAN, INF, -INF, -1, -0.5, -0.0, 0, 1, 0.5, 2**31, 2**32, 2**53 + 1, 2**63, 2**64, 10**400, -(10**400))
SCALARS += (True, False, None, 1j, "", "0.5", "relu", b"1", Decimal("0.5"), Decimal("NaN"), Fraction(1, 2))
SCALARS += (np.float16(0.5), np.float32(0.5), np.float64(NAN), np.int64(-1), np.uint8(1), np.bool_(True), object, len)
scalars = st.sampled_from(SCALARS)
# Instead of a size or a number of updates: those that are valid and large would be a long run, or fill the memory.
few = st.sampled_from([n for n in SCALARS if not isinstance(n, int) or not 100 < n <= 2**53 + 1])
paths = st.sampled_from(["", ".", "/", "/nowhere/x", "\0", b"x", None, 3, -1, True, 10**400, 0.5, object, "x" * 300])


def itself():
    """Return a list that holds itself."""
    rows = []
    rows.append(rows)
    return rows


CONTAINERS = (
    list, tuple, dict, set, itself, lambda: [[]], lambda: [[1.0], [1.0, 2.0]], lambda: [None], lambda: ["x"],
    lambda: {"a": 1.0}, lambda: (number for number in (1.0, 2.0)), lambda: range(3), lambda: iter([1.0]),
    lambda: np.ma.masked_array([1.0, 2.0], [True, False]), lambda: [np.zeros(2), np.zeros(3)], lambda: [10**400],
    lambda: tf.ragged.constant([[1.0], [1.0, 2.0]]), lambda: tf.sparse.from_dense([[0.0, 1.0]]),
    lambda: tf.TensorSpec([2], tf.float32), lambda: tf.keras.Input((2,)), lambda: tf.TensorShape([2]),
)  # fmt: skip
containers = st.sampled_from(CONTAINERS).map(lambda make: make())
anything = scalars | containers | any_array
no_function = anything.filter(lambda value: not callable(value))  # a function may do what it likes

TWISTS = (
    lambda a: a[..., np.newaxis], lambda a: a[np.newaxis], lambda a: a[:1], lambda a: a[:0], lambda a: a[..., :1],
    lambda a: a.T, np.ravel, lambda a: a.sum(axis=0), lambda a: np.concatenate([a, a]), np.atleast_2d, np.squeeze,
    *(lambda a, dtype=dtype: cast(a, a.shape, dtype) for dtype in (*FLOATING, np.int32, np.complex64, "U2", object)),
)  # fmt: skip


def twisted(value):
    """Arrays that fit almost: of another shape, which may broadcast, or of another dtype."""

    def twist(how, form):
        try:
            with np.errstate(all="ignore"):
                return formed(np.asarray(how(np.asarray(value))), form)
        except (IndexError, TypeError, ValueError):
            return value

    return st.builds(twist, st.sampled_from(TWISTS), st.sampled_from(FORMS))


def instead_of(value):
    """Return what to hand over in place of a good value."""
    if hasattr(value, "shape"):
        return twisted(value) | anything
    if isinstance(value, list | tuple) and value:
        places = st.integers(0, len(value) - 1)
        one_bad = places.flatmap(
            lambda i: instead_of(value[i]).map(lambda bad: type(value)([*value[:i], bad, *value[i + 1 :]]))
        )
        return one_bad | st.sampled_from([value[1:], value[:-1], [*value, value[-1]]]).map(type(value)) | anything
    return anything
