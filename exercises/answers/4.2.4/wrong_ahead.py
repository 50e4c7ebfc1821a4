# one_step_ahead
def descend(w, gradient, schedule, batches, epochs):
    step = 0
    for _ in range(epochs):
        for batch in batches:
            step += 1
            w = w - schedule(step) * gradient(w, batch)
    return w
