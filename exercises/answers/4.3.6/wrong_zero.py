# started_at_zero
import tensorflow as tf


def train_with_shadows(variables, train_step, decay, steps):
    shadows = [tf.zeros_like(v) for v in variables]
    for _ in range(steps):
        train_step()
        shadows = [decay * s + (1 - decay) * v for s, v in zip(shadows, variables, strict=True)]
    return shadows
