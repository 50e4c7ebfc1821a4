"""Update rules: how one gradient moves one parameter.

An optimizer is a frozen value. It maps (parameter, gradient, slots, learning rate, step) to the new parameter and the
new slots, and changes nothing. Slots are what a rule remembers between steps, one tuple of tensors per parameter;
``initial_slots`` makes the first one.

Weight decay and proximal steps act on weights, which have two axes or more, and leave biases alone.
"""

from nnopt_course.optimizers.adam import Adam, AdamW
from nnopt_course.optimizers.rule import Optimizer, Slots
from nnopt_course.optimizers.sgd import SGD, Momentum, ProximalSGD

__all__ = ["SGD", "Adam", "AdamW", "Momentum", "Optimizer", "ProximalSGD", "Slots"]
