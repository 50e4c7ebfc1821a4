"""Checks for the exercises: ``from nnopt_course.checking import check``.

A check runs the object you hand it and compares what it does with what a right answer does. It reads no source text,
so any right form passes. :func:`status` shows which exercises have passed.
"""

import nnopt_course._tensorflow  # noqa: F401  loads TensorFlow silently, before a notebook's own import does
from nnopt_course.checking.core import Result, check
from nnopt_course.checking.progress import status

__all__ = ["Result", "check", "status"]
