"""An `if` for the warmup, with the decay's last warm step worked out."""


def update_shadow(shadow, weight, decay, step):
    kept = decay
    if decay * (10 + step) > 1 + step:
        kept = (1 + step) / (10 + step)
    return weight - kept * (weight - shadow)
