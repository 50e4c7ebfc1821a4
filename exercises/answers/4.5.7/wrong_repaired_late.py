# constant_column_repaired_late
import numpy as np


def prepared(x, test_examples):
    train, test = x[:-test_examples], x[-test_examples:]
    mean, spread = train.mean(axis=0), train.std(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num((train - mean) / spread), np.nan_to_num((test - mean) / spread)
