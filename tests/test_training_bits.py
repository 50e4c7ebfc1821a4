"""The whole compiled loop has the bits of a Python loop around one compiled step."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# One step in a program of its own and the step inside the loop are compiled apart. With fused multiply-add, the
# compiler chooses in each anew which product it fuses with a sum, and so how it rounds. Without it, nothing is left to
# choose: the instruction set AVX has none.
SCRIPT = """
import json
import numpy as np
from nnopt_course import datasets, losses, training
from nnopt_course._tensorflow import tf
from nnopt_course.network import dense, initial_parameters

def line(parameters, x, y):
    return losses.mean_squared_error(y, x @ parameters[0])

def net(parameters, x, y):
    return losses.mean_squared_error(y, dense(parameters, x))

def per_step(loss, start, data, rate, batch_size, steps):
    weights = [tf.Variable(value) for value in start]

    @tf.function(jit_compile=True)
    def step(first, x, y):
        x, y = tf.slice(x, [first, 0], [batch_size, x.shape[1]]), tf.slice(y, [first, 0], [batch_size, 1])
        with tf.GradientTape() as tape:
            value = loss([weight.read_value() for weight in weights], x, y)
        for weight, gradient in zip(weights, tape.gradient(value, weights)):
            weight.assign_sub(rate * gradient)

    visited = []
    for t in range(steps):
        step(tf.constant(t * batch_size % len(data.x)), *map(tf.constant, data))
        visited.append([weight.numpy() for weight in weights])
    return [np.array(values) for values in zip(*visited)]

results = {}
for name, loss, start, data, rate, batch_size in [
    ("line in float32", line, [np.float32([[-0.8], [1.5]])], datasets.yogurt(dtype=np.float32), 0.01, 8),
    ("line in float64", line, [np.float64([[-0.8], [1.5]])], datasets.yogurt(), 0.01, 8),
    ("net in float64", net, initial_parameters((2, 11, 1), seed=1), datasets.disk(), 0.05, 30),
]:
    run = training.train(loss, start, data, steps=400, learning_rate=rate, batch_size=batch_size, record_every=1)
    expected = per_step(loss, start, data, rate, batch_size, 400)
    results[name] = [got.tobytes() == want.tobytes() for got, want in zip(run.parameters, expected, strict=True)]
print(json.dumps(results))
"""


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="XLA's instruction sets have other names here"
)
def test_all_switches_off_every_update_has_the_bits_of_a_compiled_step():
    environment = os.environ | {"XLA_FLAGS": "--xla_cpu_max_isa=AVX"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert [len(same) for same in results.values()] == [1, 1, 4]
    assert all(all(same) for same in results.values()), results
