# gradient_left_out
def descend(w, gradient, schedule, batches, epochs):
    step = 0
    for _ in range(epochs):
        for _ in batches:
            w = w - schedule(step)
            step += 1
    return w
