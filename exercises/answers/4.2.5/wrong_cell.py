# numbers_of_the_cell
def reach(initial, decay_steps, decay_rate, updates, staircase):
    gone = 0.0
    for step in range(updates):
        gone += 0.2 * 0.5 ** (step // 20 if staircase else step / 20)
    return gone
