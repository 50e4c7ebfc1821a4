"""Keeps the shadows by shape instead of by name."""


def train_with_shadows(variables, train_step, decay, steps):
    shadows = {tuple(v.shape): v.numpy() for v in variables}
    for _ in range(steps):
        train_step()
        for v in variables:
            shadows[tuple(v.shape)] = decay * shadows[tuple(v.shape)] + (1 - decay) * v.numpy()
    return [shadows[tuple(v.shape)] for v in variables]
