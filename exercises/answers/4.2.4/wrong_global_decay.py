# decay_of_the_cell
from nnopt_course.schedules import ExponentialDecay

decay = ExponentialDecay(0.1, decay_steps=1, decay_rate=0.99)


def descend(w, gradient, schedule, batches, epochs):
    step = 0
    for _ in range(epochs):
        for batch in batches:
            w = w - decay(step) * gradient(w, batch)
            step += 1
    return w
