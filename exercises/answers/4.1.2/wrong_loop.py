# loop_over_the_days
def asymmetric_loss(y_true, y_pred, cost, profit):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes differ")
    lost = 0.0
    for t, p in zip(y_true, y_pred, strict=True):
        lost += cost * (p[0] - t[0]) if p > t else profit * (t[0] - p[0])
    return lost
