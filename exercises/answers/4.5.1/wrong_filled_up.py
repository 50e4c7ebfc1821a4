# filled_with_row_0
def rows_of_update(i, examples, batch_size):
    start = i * batch_size % examples
    rows = list(range(start, min(start + batch_size, examples)))
    return rows + [0] * (batch_size - len(rows))
