# batch_after_batch
def descend(w, gradient, schedule, batches, epochs):
    step = 0
    for batch in batches:
        for _ in range(epochs):
            w = w - schedule(step) * gradient(w, batch)
            step += 1
    return w
