# added_to_the_gradient


def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    if len(w.shape) > 1:
        gradient = gradient + weight_decay * w
    return w - rule(gradient)
