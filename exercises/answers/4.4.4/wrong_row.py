# one_row_taken_for_one_axis
def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    if len(w) == 1:
        return w - rule(gradient)
    return (1 - learning_rate * weight_decay) * w - rule(gradient)
