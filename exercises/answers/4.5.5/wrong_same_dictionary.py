# state_changed
def adam(w, m, v, gradient, rate, step):
    m = 0.9 * m + 0.1 * gradient
    v = 0.99 * v + 0.01 * gradient**2
    m_hat = m / (1 - 0.9 ** (step + 1))
    v_hat = v / (1 - 0.99 ** (step + 1))
    return w - rate * m_hat / (v_hat**0.5 + 1e-8), m, v


def resumable(start, data, updates, state=None):
    if state is None:
        state = {"step": 0, "w": start, "shadow": start, "m": 0.0, "v": 0.0}
    for _ in range(updates):
        n = state["step"]
        gradient = 2 * (state["w"] - data[n % len(data)])
        new = adam(state["w"], state["m"], state["v"], gradient, 0.5 * 0.9 ** (n // 3), n)
        state["w"], state["m"], state["v"] = new
        decay = min(0.99, (1 + n) / (10 + n))
        state["shadow"] = decay * state["shadow"] + (1 - decay) * state["w"]
        state["step"] += 1
    return state["w"], state["shadow"], state
