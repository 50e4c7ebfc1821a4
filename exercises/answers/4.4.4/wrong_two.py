# doubled


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    slope_of_penalty = 2 * weight_decay * w if w.ndim > 1 else 0.0
    return w - rule(gradient) - learning_rate * slope_of_penalty
