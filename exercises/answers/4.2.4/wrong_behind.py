# one_step_behind
def descend(w, gradient, schedule, batches, epochs):
    step, rate = 0, schedule(0)
    for _ in range(epochs):
        for batch in batches:
            w = w - rate * gradient(w, batch)
            rate = schedule(step)
            step += 1
    return w
