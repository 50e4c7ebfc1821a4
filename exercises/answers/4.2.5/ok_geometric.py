"""The closed form, with a part of a stair and a constant rate as cases of their own."""


def reach(initial, decay_steps, decay_rate, updates, staircase):
    if decay_rate == 1:
        return initial * updates
    if not staircase:
        ratio = decay_rate ** (1 / decay_steps)
        return initial * (1 - ratio**updates) / (1 - ratio)
    whole, rest = divmod(updates, decay_steps)
    return initial * (decay_steps * (1 - decay_rate**whole) / (1 - decay_rate) + rest * decay_rate**whole)
