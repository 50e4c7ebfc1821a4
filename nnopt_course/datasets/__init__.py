"""The course's data: points made by formula from a seed, and handwritten digits; every reader has the same rows.

Each function returns a :class:`Dataset` of NumPy arrays, and :func:`split` holds a part of any of them out, in the same
way for all: what a network has not seen in training is what tells whether it has learned.
"""

from nnopt_course.datasets.images import digits
from nnopt_course.datasets.points import disk, moons, yogurt
from nnopt_course.datasets.rows import Dataset, Split, split

__all__ = ["Dataset", "Split", "digits", "disk", "moons", "split", "yogurt"]
