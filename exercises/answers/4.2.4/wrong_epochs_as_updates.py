# epochs_not_updates
def descend(w, gradient, schedule, batches, epochs):
    for step in range(epochs):
        batch = batches[step % len(batches)]
        w = w - schedule(step) * gradient(w, batch)
    return w
