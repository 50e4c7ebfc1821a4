# tiny_loss_lost
import keras


def stable_cross_entropy(labels, logits):
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True, dtype="float64")(labels, logits)
