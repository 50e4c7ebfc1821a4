# last_model_reported
def choose_strength(training, held_out, test, strengths, fit, loss):
    lowest = float("inf")
    for each in strengths:
        w = fit(training, each)
        if loss(w, held_out, 0.0) < lowest:
            lowest, best = loss(w, held_out, 0.0), each
    return best, loss(w, test, 0.0)
