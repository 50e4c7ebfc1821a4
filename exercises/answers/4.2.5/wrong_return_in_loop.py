# first_rate_only
def reach(initial, decay_steps, decay_rate, updates, staircase):
    gone = 0
    for step in range(updates):
        if staircase:
            gone += initial * decay_rate ** (step // decay_steps)
        else:
            gone += initial * decay_rate ** (step / decay_steps)
        return gone
