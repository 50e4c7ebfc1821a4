# only_the_batches_go_on
def resumable(start, data, updates, state=None):
    first, w, shadow, m, v = (0, start, start, 0.0, 0.0) if state is None else state
    for count in range(updates):
        step = first + count
        gradient = 2 * (w - data[step % len(data)])
        m, v = 0.9 * m + 0.1 * gradient, 0.99 * v + 0.01 * gradient**2
        move = m / (1 - 0.9 ** (count + 1)) / ((v / (1 - 0.99 ** (count + 1))) ** 0.5 + 1e-8)
        w = w - 0.5 * 0.9 ** (count // 3) * move
        decay = min(0.99, (1 + count) / (10 + count))
        shadow = decay * shadow + (1 - decay) * w
    return w, shadow, (first + updates, w, shadow, m, v)
