# natural_exponential
import tensorflow as tf


def exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase):
    periods = tf.cast(step, tf.float64) / decay_steps
    periods = tf.floor(periods) if staircase else periods
    return initial_learning_rate * tf.exp(-decay_rate * periods)
