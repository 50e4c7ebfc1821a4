# goes_on_from_the_average
def resumable(start, data, updates, state=None):
    first, w, shadow, m, v = (0, start, start, 0.0, 0.0) if state is None else state
    for step in range(first, first + updates):
        gradient = 2 * (w - data[step % len(data)])
        m, v = 0.9 * m + 0.1 * gradient, 0.99 * v + 0.01 * gradient**2
        move = m / (1 - 0.9 ** (step + 1)) / ((v / (1 - 0.99 ** (step + 1))) ** 0.5 + 1e-8)
        w = w - 0.5 * 0.9 ** (step // 3) * move
        decay = min(0.99, (1 + step) / (10 + step))
        shadow = decay * shadow + (1 - decay) * w
    return w, shadow, (first + updates, shadow, shadow, m, v)
