"""One loop over all updates, made by itertools."""

from itertools import chain, repeat


def descend(w, gradient, schedule, batches, epochs):
    for step, batch in enumerate(chain.from_iterable(repeat(batches, epochs))):
        w -= schedule(step) * gradient(w, batch)
    return w
