# moved_back
def rows_of_update(i, examples, batch_size):
    start = (i * batch_size) % examples
    start = min(start, examples - batch_size)
    return list(range(start, start + batch_size))
