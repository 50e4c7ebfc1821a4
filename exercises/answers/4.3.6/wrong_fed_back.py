# averages_fed_back
import tensorflow as tf


def train_with_shadows(variables, train_step, decay, steps):
    shadows = [tf.Variable(v) for v in variables]
    for _ in range(steps):
        train_step()
        for s, v in zip(shadows, variables, strict=True):
            s.assign(decay * s + (1 - decay) * v)
            v.assign(s)
    return shadows
