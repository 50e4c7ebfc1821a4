# average_restarts_at_the_weight
def adam(w, m, v, gradient, rate, step):
    m = 0.9 * m + 0.1 * gradient
    v = 0.99 * v + 0.01 * gradient**2
    m_hat = m / (1 - 0.9 ** (step + 1))
    v_hat = v / (1 - 0.99 ** (step + 1))
    return w - rate * m_hat / (v_hat**0.5 + 1e-8), m, v


def resumable(start, data, updates, state=None):
    done, w, m, v = state or (0, start, 0.0, 0.0)
    shadow = w
    for step in range(done, done + updates):
        gradient = 2 * (w - data[step % len(data)])
        rate = 0.5 * 0.9 ** (step // 3)
        w, m, v = adam(w, m, v, gradient, rate, step)
        decay = min(0.99, (1 + step) / (10 + step))
        shadow = decay * shadow + (1 - decay) * w
    return w, shadow, (done + updates, w, m, v)
