# constant_column_divided_by_zero
import numpy as np


def prepared(x, test_examples):
    train, test = x[:-test_examples], x[-test_examples:]
    mean, spread = train.mean(axis=0), train.std(axis=0)
    with np.errstate(all="ignore"):
        return (train - mean) / spread, (test - mean) / spread
