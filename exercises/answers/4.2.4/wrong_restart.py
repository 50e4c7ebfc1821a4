# restarts_every_epoch
def descend(w, gradient, schedule, batches, epochs):
    for _ in range(epochs):
        step = 0
        for batch in batches:
            w = w - schedule(step) * gradient(w, batch)
            step += 1
    return w
