"""Dense networks as pure functions of their parameters, a list ``[W1, b1, W2, b2, ...]`` of weights and biases in turn.

That list is what :func:`nnopt_course.training.train` trains and what a Keras model's ``get_weights`` returns. Weights
``W`` have shape ``(inputs, outputs)`` of their layer, biases ``b`` shape ``(outputs,)``. A NaN or an infinity in the
input or in a parameter goes on to the output as the arithmetic says and raises nothing.
"""

from nnopt_course.network.forward import activate, dense, neuron
from nnopt_course.network.parameters import count_layers, count_parameters, initial_parameters

__all__ = ["activate", "count_layers", "count_parameters", "dense", "initial_parameters", "neuron"]
