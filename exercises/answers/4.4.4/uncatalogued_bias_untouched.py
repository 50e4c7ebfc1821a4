"""A bias does not decay here, but it does not learn either."""


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    if len(w.shape) < 2:
        return w
    return (1 - learning_rate * weight_decay) * w - rule(gradient)
