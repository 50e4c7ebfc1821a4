"""One formula: the decay is 0 for what has a single axis."""


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    factor = 1 - learning_rate * weight_decay * (len(w.shape) >= 2)
    return factor * w - rule(gradient)
