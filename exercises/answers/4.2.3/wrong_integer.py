# integer_division
import tensorflow as tf


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    periods = tf.cast(step // decay_steps, tf.float64)
    if staircase:
        periods = tf.floor(periods)
    return initial_learning_rate * decay_rate**periods
