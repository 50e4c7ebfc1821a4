# added_to_the_gradient


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    return w - rule(gradient + weight_decay * w)
