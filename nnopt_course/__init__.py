"""Companion package of the short course on neural-network optimization.

Importing it loads neither TensorFlow nor NumPy: take the parts you need, ``from nnopt_course import losses``.
It prepares the process for TensorFlow, which reads these variables only once, while it loads. Values that you
set yourself are kept.
"""

import os

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # eager and graph results agree bit for bit
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # no start-up lines in a notebook's output
