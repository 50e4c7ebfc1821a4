# only_the_start_wraps
def rows_of_update(i, examples, batch_size):
    start = (i * batch_size) % examples
    return [start + k for k in range(batch_size)]
