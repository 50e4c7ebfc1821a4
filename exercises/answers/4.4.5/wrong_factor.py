# multiplied


def proximal_step(w, gradient, learning_rate, strength):
    u = w - learning_rate * gradient
    return (1 - learning_rate * strength) * u
