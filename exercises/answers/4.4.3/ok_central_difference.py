"""The slope from two nearby losses."""

import tensorflow as tf


def measured_strength(loss, w, idle):
    nudge = 1e-5 * tf.one_hot([idle], len(w), axis=0, dtype=tf.float64)
    slope = (loss(w + nudge) - loss(w - nudge)) / 2e-5
    return (slope / w[idle, 0]).numpy()
