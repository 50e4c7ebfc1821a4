# averaged_once
def train_with_shadows(variables, train_step, decay, steps):
    shadows = [v.numpy() for v in variables]
    for _ in range(steps):
        train_step()
    for i, v in enumerate(variables):
        shadows[i] = decay * shadows[i] + (1 - decay) * v.numpy()
    return shadows
