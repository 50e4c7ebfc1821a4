# slice_cut_off
def rows_of_update(i, examples, batch_size):
    start = (i * batch_size) % examples
    return range(examples)[start : start + batch_size]
