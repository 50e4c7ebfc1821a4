"""Counts down: the last update has the first rate."""


def descend(w, gradient, schedule, batches, epochs):
    left = epochs * len(batches)
    for _ in range(epochs):
        for batch in batches:
            left -= 1
            w = w - schedule(left) * gradient(w, batch)
    return w
