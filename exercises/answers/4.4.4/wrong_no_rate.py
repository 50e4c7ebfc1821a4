# rate_forgotten


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    step = rule(gradient)
    if len(w.shape) > 1:
        step = step + weight_decay * w
    return w - step
