# numbers_never_moved
def train_with_shadows(variables, train_step, decay, steps):
    shadows = [v.numpy() for v in variables]
    for _ in range(steps):
        train_step()
        for shadow, v in zip(shadows, variables, strict=True):
            shadow *= decay
            shadow += (1 - decay) * v.numpy()
    return shadows
