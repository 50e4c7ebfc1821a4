# counts_examples
def descend(w, gradient, schedule, batches, epochs):
    seen = 0
    for _ in range(epochs):
        for batch in batches:
            w = w - schedule(seen) * gradient(w, batch)
            seen += batch.size
    return w
