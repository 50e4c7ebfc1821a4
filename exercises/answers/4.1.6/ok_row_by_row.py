"""A Python loop over the examples, with the package's arithmetic of pairs: differences to the largest logit."""

import tensorflow as tf


def stable_cross_entropy(labels, logits):
    costs = []
    for label, row in zip(labels.numpy(), tf.unstack(logits), strict=True):
        scores = tf.unstack(row)
        top = max(range(len(scores)), key=lambda k, scores=scores: float(scores[k]))
        rest = tf.add_n([tf.exp(score - scores[top]) for k, score in enumerate(scores) if k != top])
        costs.append(tf.math.log1p(rest) + (scores[top] - scores[label]))
    return tf.add_n(costs) / len(costs)
