# started_at_the_first_value
def corrected_average(path, decay):
    found = [path[0]]
    for value in path[1:]:
        found.append(decay * found[-1] + (1 - decay) * value)
    return found
