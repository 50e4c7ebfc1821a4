# after_the_step


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    is_weight = w.ndim > 1
    w = w - rule(gradient)
    if is_weight:
        w = w - learning_rate * weight_decay * w
    return w
