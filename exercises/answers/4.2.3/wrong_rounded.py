# rounded_not_floored
import tensorflow as tf


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    periods = tf.cast(step, tf.float64) / decay_steps
    if staircase:
        periods = tf.round(periods)
    return initial_learning_rate * decay_rate**periods
