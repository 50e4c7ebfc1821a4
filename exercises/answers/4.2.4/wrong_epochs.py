# counts_epochs
def descend(w, gradient, schedule, batches, epochs):
    step = 0
    for _ in range(epochs):
        for batch in batches:
            w = w - schedule(step) * gradient(w, batch)
        step += 1
    return w
