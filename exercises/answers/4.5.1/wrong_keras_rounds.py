# short_last_batch
import math


def rows_of_update(i, examples, batch_size):
    start = (i % math.ceil(examples / batch_size)) * batch_size
    return list(range(start, min(start + batch_size, examples)))
