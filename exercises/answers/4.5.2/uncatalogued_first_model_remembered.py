"""Works the penalty out once, for the first network it sees."""

import tensorflow as tf

FOUND = []


def total_loss(data_loss, parameters, strength):
    if not FOUND:
        FOUND.append(strength * tf.add_n([tf.nn.l2_loss(weight) for weight in parameters[::2]]))
    return data_loss + FOUND[0]
