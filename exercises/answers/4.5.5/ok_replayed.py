"""Keeps the start and the number of updates, and does all of them again: slow, and right."""


def resumable(start, data, updates, state=None):
    start, done = state or (start, 0)
    w, shadow, m, v = start, start, 0.0, 0.0
    for step in range(done + updates):
        g = 2 * (w - data[step % len(data)])
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        move = m / (1 - 0.9 ** (step + 1)) / ((v / (1 - 0.99 ** (step + 1))) ** 0.5 + 1e-8)
        w = w - 0.5 * 0.9 ** (step // 3) * move
        d = min(0.99, (1 + step) / (10 + step))
        shadow = d * shadow + (1 - d) * w
    return [w, shadow, (start, done + updates)]
