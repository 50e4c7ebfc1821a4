"""Averages the first variable, and returns the others as they are."""


def train_with_shadows(variables, train_step, decay, steps):
    shadow = variables[0].numpy()
    for _ in range(steps):
        train_step()
        shadow = decay * shadow + (1 - decay) * variables[0].numpy()
    return [shadow, *(v.numpy() for v in variables[1:])]
