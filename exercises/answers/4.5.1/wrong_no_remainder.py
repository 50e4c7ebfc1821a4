# runs_over_the_end
def rows_of_update(i, examples, batch_size):
    return list(range(i * batch_size, (i + 1) * batch_size))
