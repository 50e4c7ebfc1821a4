# biases_too


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    return w - (rule(gradient) + learning_rate * weight_decay * w)
