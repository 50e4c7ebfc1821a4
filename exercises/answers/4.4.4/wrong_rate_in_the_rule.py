# added_to_the_gradient_with_the_rate
def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    if len(w.shape) > 1:
        return w - rule(gradient + learning_rate * weight_decay * w)
    return w - rule(gradient)
