"""The slice of the notes, and what is missing from the front."""


def rows_of_update(i, examples, batch_size):
    rows, start = list(range(examples)), i * batch_size % examples
    batch = rows[start : start + batch_size]
    return batch + rows[: batch_size - len(batch)]
