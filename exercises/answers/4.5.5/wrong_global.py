# state_changed
SAVED = {}


def resumable(start, data, updates, state=None):
    done, w, shadow, m, v = SAVED["run"] if state else (0, start, start, 0.0, 0.0)
    for step in range(done, done + updates):
        gradient = 2 * (w - data[step % len(data)])
        m, v = 0.9 * m + 0.1 * gradient, 0.99 * v + 0.01 * gradient**2
        m_hat, v_hat = m / (1 - 0.9 ** (step + 1)), v / (1 - 0.99 ** (step + 1))
        w = w - 0.5 * 0.9 ** (step // 3) * m_hat / (v_hat**0.5 + 1e-8)
        decay = min(0.99, (1 + step) / (10 + step))
        shadow = decay * shadow + (1 - decay) * w
    SAVED["run"] = done + updates, w, shadow, m, v
    return w, shadow, "saved"
