"""JAX: the whole run is one ``lax.scan`` under ``jax.jit``, with optimizer, schedule and average from optax."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax

from benchmarks.problem import AVERAGE, BETA_1, BETA_2, DECAY_RATE, EPSILON, STRENGTH, Arrays, Problem

# XLA_FLAGS, which nnopt_course sets, ask for a small loop in one kernel. The XLA of JAX obeys if it may not hand
# products of matrices to a library.
ONE_KERNEL = {"xla_cpu_experimental_ynn_fusion_type": ""}


def make(problem: Problem, one_kernel: bool = False) -> Callable[[int], Arrays]:
    """Put the run together; it compiles anew for each number of updates."""
    x, y, batch_size = problem.data
    loss, optimizer = partial(_loss, problem), _optimizer(problem)

    @partial(jax.jit, static_argnames="steps", compiler_options=ONE_KERNEL if one_kernel else None)
    def whole_run(parameters, x, y, steps):
        def update(carry, step):
            parameters, state, shadows = carry
            first = step % problem.data.period * batch_size
            batch = (jax.lax.dynamic_slice_in_dim(values, first, batch_size) for values in (x, y))
            updates, state = optimizer.update(jax.grad(loss)(parameters, *batch), state, parameters)
            parameters = optax.apply_updates(parameters, updates)
            new = 1 - jnp.minimum(AVERAGE, (1 + step) / (10 + step))
            shadows = optax.incremental_update(parameters, shadows, new) if problem.is_net else []
            return (parameters, state, shadows), None

        carry = parameters, optimizer.init(parameters), parameters if problem.is_net else []
        (parameters, _, shadows), _ = jax.lax.scan(update, carry, jnp.arange(steps))
        return parameters + shadows

    return lambda steps: [np.asarray(value) for value in whole_run(problem.start, x, y, steps)]


def _loss(problem, parameters, x, y):
    if not problem.is_net:
        return jnp.mean(optax.squared_error(x @ parameters[0], y))
    w1, b1, w2, b2 = parameters
    out = jax.nn.relu(x @ w1 + b1) @ w2 + b2
    if problem.has_classes:
        return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(out, y))
    return jnp.mean(optax.squared_error(out, y))


def _optimizer(problem):
    if not problem.is_net:
        return optax.sgd(problem.rate)
    rate = optax.exponential_decay(problem.rate, problem.decay_steps, DECAY_RATE, staircase=True)
    adam = optax.adam(rate, BETA_1, BETA_2, EPSILON)
    if sum(w.size for w in problem.start) < 10_000:
        adam = optax.flatten(adam)  # one vector for all parameters: faster on small nets
    is_weight = [w.ndim > 1 for w in problem.start]
    return optax.chain(optax.add_decayed_weights(STRENGTH, is_weight), adam)  # the slope of half the L2 penalty
