"""Keras's SGD with a rate set before each update; steps counted by its own clock."""

from itertools import cycle, islice

import keras
import tensorflow as tf


def assembled(parts, w, batches, updates):
    weight, shadow = keras.Variable(w, dtype="float64"), w
    sgd = keras.optimizers.SGD(1.0)
    sgd.build([weight])
    for batch in islice(cycle(batches), updates):
        step = int(sgd.iterations)
        with tf.GradientTape() as tape:
            value = tf.convert_to_tensor(weight)
            tape.watch(value)
            total = parts.loss(value, batch) + parts.strength * parts.penalty(value)
        sgd.apply([parts.schedule(step) * tape.gradient(total, value)])
        shadow = parts.average(shadow, tf.convert_to_tensor(weight), step)
    return tf.convert_to_tensor(weight), shadow
