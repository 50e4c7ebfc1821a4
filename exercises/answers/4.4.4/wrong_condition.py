# condition_turned_round
def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    if len(w.shape) > 1:
        return w - rule(gradient)
    return (1 - learning_rate * weight_decay) * w - rule(gradient)
