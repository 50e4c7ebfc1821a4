# asked_once
def descend(w, gradient, schedule, batches, epochs):
    learning_rate = float(schedule(0))
    for _ in range(epochs):
        for batch in batches:
            w = w - learning_rate * gradient(w, batch)
    return w
