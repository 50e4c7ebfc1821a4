# one_update_per_example
def descend(w, gradient, schedule, batches, epochs):
    step = 0
    for _ in range(epochs):
        for batch in batches:
            for x in batch:
                w = w - schedule(step) * gradient(w, x)
                step += 1
    return w
