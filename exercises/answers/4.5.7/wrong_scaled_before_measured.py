# held_out_rows_not_scaled
import numpy as np


def prepared(x, test_examples):
    train, test = x[:-test_examples], x[-test_examples:]
    train = (train - train.mean(axis=0)) / np.where(train.std(axis=0) == 0, 1.0, train.std(axis=0))
    test = (test - train.mean(axis=0)) / np.where(train.std(axis=0) == 0, 1.0, train.std(axis=0))
    return train, test
