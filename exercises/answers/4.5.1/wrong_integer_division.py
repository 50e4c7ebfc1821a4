# tail_never_seen
def rows_of_update(i, examples, batch_size):
    batches = examples // batch_size
    start = (i % batches) * batch_size
    return range(start, start + batch_size)
