# rate_on_the_step_again


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    if w.ndim < 2:
        return w - learning_rate * rule(gradient)
    return w - learning_rate * (rule(gradient) + weight_decay * w)
