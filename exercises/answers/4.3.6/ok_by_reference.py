"""A dictionary after all, with the variables' references as keys, and tensors as values."""


def train_with_shadows(variables, train_step, decay, steps):
    shadows = {v.ref(): v.read_value() for v in variables}
    for _ in range(steps):
        train_step()
        for v in variables:
            shadows[v.ref()] -= (1 - decay) * (shadows[v.ref()] - v)
    return [shadows[v.ref()] for v in variables]
