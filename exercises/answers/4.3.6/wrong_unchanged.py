# one_shadow_for_one_name
def train_with_shadows(variables, train_step, decay, steps):
    shadows = {v.name: v.numpy() for v in variables}
    for _ in range(steps):
        train_step()
        for v in variables:
            kept = decay * shadows[v.name]
            shadows[v.name] = kept + (1 - decay) * v.numpy()
    return [shadows[v.name] for v in variables]
