# shadow_is_the_weight
def train_with_shadows(variables, train_step, decay, steps):
    shadows = list(variables)
    for _ in range(steps):
        train_step()
        for s, v in zip(shadows, variables, strict=True):
            s.assign(decay * s + (1 - decay) * v)
    return [s.numpy() for s in shadows]
