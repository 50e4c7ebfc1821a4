# %% [markdown] tags=["student"]
# # Exercises 4.2: learning rate
#
# *After this page you can find the largest stable learning rate in two ways, write a decay, keep its clock running,
# and say before a run whether its rates are enough.*
#
# Read [chapter 4.2](../book/4_2_learning_rate.ipynb) first. Replace `raise NotImplementedError` by your code, run
# that cell, then run the check below it. A check says what differs, and names your mistake if it knows it. Open the
# hints one at a time, and predict before you look at what a cell prints. The
# [solutions](solutions/4_2_exercises.ipynb) are on a page of their own.

# %% [markdown] tags=["solution"]
# # Solutions 4.2: learning rate
#
# *One solution of each exercise, and why it works. Try the [exercises](../4_2_exercises.ipynb)
# of [chapter 4.2](../../book/4_2_learning_rate.ipynb) first.*

# %%
from nnopt_course.checking import check

import numpy as np

from nnopt_course import datasets
from nnopt_course.schedules import ExponentialDecay

# %% [markdown]
# ## 4.2.1 Find the cliff by bisection
#
# *Warm-up.* You have a training program and no formula. From some learning rate on, its runs no longer arrive. Where
# is that cliff? Call the **growth** of a run the distance to the minimum at its end, divided by that at its start:
# below 1 the distance has shrunk, and the rate is **stable**.
#
# Here is the growth of 500 updates on $f(w) = (w + 1)^2$ from $w = 5$. Predict the four numbers, at least roughly. Then
# run the cell.


# %% tags=["hide-output"]
def growth(rate):
    w = 5.0
    for _ in range(500):
        w = w - rate * 2 * (w + 1)
    return abs(w + 1) / abs(5.0 + 1)


print("rate   growth    below 1  above 1")
for rate in (0.3, 0.999, 1.001, 5.0):
    g = growth(rate)
    print(f"{rate:<5}  {g:<8.6f}  {g < 1!s:<7}  {g > 1}")

# %% [markdown]
# At rate 5 the weight has overflowed, and the growth is NaN, "not a number". Every comparison with NaN is false.
#
# Write `find_edge(growth, low, high, tolerance)`. It gets any such function, a rate `low` that is stable and a rate
# `high` that is not. Stable rates lie below one edge, the others from there on. Return a rate that you have found to be
# stable and that is at most `tolerance` below one that you have found not to be. Each call of `growth` is a training
# run, so make few: halve the interval again and again.
#
# When your check passes, add a cell with `find_edge(growth, 0.1, 5.0, 1e-6)`. Which number is it? Which one do you
# expect for the loss $3w^2$?

# %% [markdown] tags=["hint"]
# Train at the middle of the interval. Whatever comes out, half of the interval is settled: the middle becomes the new
# `low` or the new `high`.

# %% [markdown] tags=["hint"]
# Keep a promise all the way: `low` is always stable, `high` never is. Which of the two may you return?

# %% [markdown] tags=["hint"]
# `growth(middle) < 1` is true exactly for the stable rates. `growth(middle) > 1` is not true exactly for the others:
# think of NaN, and of a growth of 1.


# %%
def find_edge(growth, low, high, tolerance):
    """Return a stable rate, at most tolerance below one that is not."""
    # BEGIN SOLUTION
    while high - low > tolerance:
        middle = (low + high) / 2
        if growth(middle) < 1:
            low = middle
        else:
            high = middle
    return low
    # END SOLUTION


# %%
check("4.2.1", find_edge)

# %% [markdown] tags=["solution"]
# The two edges that the task asks for:


# %% tags=["solution"]
def growth_of_steep(rate):
    w = 5.0
    for _ in range(500):
        w = w - rate * 6 * w
    return abs(w) / 5.0


print(f"edge of (w + 1)^2: {find_edge(growth, 0.1, 5.0, 1e-6):.5f}")
print(f"edge of 3 w^2:     {find_edge(growth_of_steep, 0.1, 5.0, 1e-6):.5f}")

# %% [markdown] tags=["solution"]
# **Why.** `low` is stable and `high` is not, at the start and after every turn of the loop. So the edge stays between
# them, and each run halves the place where it can be: 23 runs turn an interval of 4.9 into one of a millionth. `low` is
# the end to return, because a run has shown that it is stable; the middle is one that nobody has tried. Asking whether
# growth is below 1 puts NaN and a growth of 1 on the right side. You find 1 for $(w + 1)^2$, where each update
# multiplies the distance by $1 - 2\eta$, and 1/3 for $3w^2$, where that factor is $1 - 6\eta$: the curvature is three
# times as high, and the edge is a third. That is the rule of the next exercise, found without a derivative.

# %% [markdown]
# ## 4.2.2 The edge from the data alone
#
# *Core.* A linear neuron $\hat y = x_1 w_1 + \dots + x_k w_k$ has the mean squared error as its loss. Training it needs
# days and answers. Does its largest stable rate need any training?
#
# The cell below looks for the edge of the yogurt neuron by brute force: it tries rates 0.01 apart, each with 100
# updates over all 32 days. (The answers only move the minimum; with answers of 0 it is at 0.) Predict what happens to
# the edge when every day is written down twice, and when both inputs are counted in half pots, so that all numbers
# double.


# %% tags=["hide-output"]
def shrinks(x, rate):
    w = start = np.ones(x.shape[1])
    for _ in range(100):
        w = w - rate * 2 / len(x) * x.T @ (x @ w)
    return np.linalg.norm(w) < np.linalg.norm(start)


def highest_stable(x):
    rates = np.arange(1, 250) / 100
    return max(rate for rate in rates if shrinks(x, rate))


x = datasets.yogurt().x
for name, inputs in [("as it is", x), ("twice", [*x, *x]), ("doubled", 2 * x)]:
    print(f"{name:>8}: stable up to {highest_stable(np.array(inputs)):.2f}")

# %% [markdown]
# Write `stability_edge(x)` for a float64 array of shape (days, inputs), with any number of either. It returns the edge
# itself as one number: below it, gradient descent with all days in each batch arrives from any start. No training, no
# search.

# %% [markdown] tags=["hint"]
# Chapter 4.2 gives the edge as $2 / \lambda_{\max}$, where $\lambda_{\max}$ is the largest eigenvalue of the loss's
# Hessian.

# %% [markdown] tags=["hint"]
# The gradient is in `shrinks` above: a matrix times `w`. The Hessian is that matrix. What is its shape, and does it
# change when every day is written down twice?

# %% [markdown] tags=["hint"]
# `np.linalg.eigvalsh(matrix)` returns the eigenvalues of a symmetric matrix in rising order.


# %%
def stability_edge(x):
    """Return the rate below which training on inputs x is stable."""
    # BEGIN SOLUTION
    hessian = 2 / len(x) * x.T @ x
    return 2 / np.linalg.eigvalsh(hessian)[-1]
    # END SOLUTION


# %%
check("4.2.2", stability_edge)

# %% tags=["solution"]
for name, inputs in [("as it is", x), ("twice", [*x, *x]), ("doubled", 2 * x)]:
    print(f"{name:>8}: edge {stability_edge(np.array(inputs)):.6f}")

# %% [markdown] tags=["solution"]
# **Why.** The loss is the mean of $(x w - y)^2$ over $N$ days. Differentiate twice: the square gives a factor 2, the
# mean $1/N$, and what is left is $H = \frac2N X^\top X$. Along an eigenvector with eigenvalue $\lambda$ an update
# multiplies the distance by $1 - \eta\lambda$. All axes share the rate, so the steepest one decides. Days written down
# twice double $X^\top X$ and $N$, and nothing changes. Doubled inputs make $H$ four times as large and the edge a
# quarter: a change of units is a change of the learning rate. The answers $y$ are not in $H$ at all. A right answer,
# too, is $N / \sigma^2$ with the largest singular value $\sigma$ of $X$: the eigenvalues of $X^\top X$ are the squares
# of the singular values.

# %% [markdown]
# ## 4.2.3 Staircase and smooth decay
#
# *Core.* Exponential decay multiplies the rate by `decay_rate` for every `decay_steps` updates, smoothly or in stairs:
#
# $$ \begin{aligned}
# \text{smooth:} \quad & \eta_t = \eta_0\, r^{\,t/T} \\
# \text{staircase:} \quad & \eta_t = \eta_0\, r^{\lfloor t/T \rfloor}
# \end{aligned} $$
#
# One character decides which. In the cell, $\eta_0$ is 0.8, $T$ is 10 and $r$ is 0.25. Predict each row before you run
# it: where does the rate fall, and which row is no decay of the course at all?

# %% tags=["hide-output"]
steps = (0, 4, 6, 9, 10)
print("    t", *[f"{t:>5}" for t in steps])
for name, periods in [
    ("/", lambda t: t / 10),
    ("//", lambda t: t // 10),
    ("round", lambda t: round(t / 10)),
]:
    print(f"{name:>5}", *[f"{0.8 * 0.25 ** periods(t):.3f}" for t in steps])

# %% [markdown]
# Write `exponential_decay(initial_learning_rate, step, decay_steps, decay_rate, staircase)`. It returns the rate of
# update `step`, counted from 0. `step` is a number, a NumPy array or an integer tensor of any shape, and the result has
# that shape; `staircase` is a `bool`. Step `decay_steps` is the first one with the new rate.

# %% [markdown] tags=["hint"]
# First the number of periods, `step / decay_steps`, then the power. Both work on numbers, arrays and tensors.

# %% [markdown] tags=["hint"]
# Only the number of periods is rounded, only for a staircase, and only down. `int` and `math.floor` take one number;
# what rounds an array down, and a tensor?

# %% [markdown] tags=["hint"]
# `periods // 1` rounds numbers, arrays and tensors down. Divide with `/` first: TensorFlow makes an integer tensor
# float there, while `//` leaves it an integer, and 0.25 to the power of an integer tensor is an error.


# %%
def exponential_decay(
    initial_learning_rate, step, decay_steps, decay_rate, staircase
):
    """Return the learning rate of update step."""
    # BEGIN SOLUTION
    periods = step / decay_steps
    if staircase:
        periods = periods // 1
    return initial_learning_rate * decay_rate**periods
    # END SOLUTION


# %%
check("4.2.3", exponential_decay)

# %% [markdown] tags=["solution"]
# **Why.** `/` is true division in Python, NumPy and TensorFlow, so integers of any kind become floats and one line
# serves them all. `periods // 1` rounds down: 0.9 gives 0 and 1.0 gives 1, so step 9 keeps the old rate and step 10 has
# the new one. Rounding to the nearest integer starts each stair half a stair early. `decay_rate` is raised to a power
# because each period multiplies once more. In a compiled graph this line can be one step late where the compiler turns
# `/ decay_steps` into a product, as chapter 4.2 shows with Keras; `nnopt_course.schedules` subtracts the remainder
# instead, which is exact.

# %% [markdown]
# ## 4.2.4 The step that never moved
#
# *Core.* Listing `opt4_5` minimizes $(w + 1)^2$ from $w = 5$ with base 0.1, `decay_rate` 0.99 and `decay_steps` 1. It
# ends at -0.995731 after 40 updates. Here is a port. The loss falls to almost nothing, and no one complains. Does it
# arrive at the listing's number? And if not, which rates did it use?


# %%
def ported(w, gradient, schedule, batches, epochs):
    step = 0
    for _ in range(epochs):
        for batch in batches:
            w = w - schedule(step) * gradient(w, batch)
    return w


def logged(step):
    used.append(decay(step))
    return used[-1]


decay, used = ExponentialDecay(0.1, decay_steps=1, decay_rate=0.99), []


# %% tags=["hide-output"]
no_data = [None]  # one batch, which this gradient does not look at
w = ported(5.0, lambda w, batch: 2 * (w + 1), logged, no_data, 40)
print(f"w after {len(used)} updates: {w:.6f}")
print("first rates used:", *[f"{rate:.4f}" for rate in used[:3]])
print(f"last rate used:   {used[-1]:.4f}")

# %% [markdown]
# The clock stands at 0. The log says so at once, the loss never would: on this loss the constant rate even ends nearer
# to -1. <!-- no claim: exact -->
#
# Write the loop with a clock that ticks: `descend(w, gradient, schedule, batches, epochs)`. `w` is a float,
# `gradient(w, batch)` the slope on one batch, `schedule(step)` the rate of update `step`, and `batches` a list of
# arrays, not all of one length. Each epoch goes through all batches in order, and each batch makes one update. Updates
# are counted from 0, over the whole run. Return the last weight.

# %% [markdown] tags=["hint"]
# What is a step? One update of the weight: not an epoch, not an example.

# %% [markdown] tags=["hint"]
# The first update has the rate `schedule(0)`, the second `schedule(1)`, also when the second one is the first of a new
# epoch. So where does the counter start, and where does it move?

# %% [markdown] tags=["hint"]
# In `ported` one line is missing, behind the update and inside both loops.


# %%
def descend(w, gradient, schedule, batches, epochs):
    """Return w after one update for each batch of each epoch."""
    # BEGIN SOLUTION
    step = 0
    for _ in range(epochs):
        for batch in batches:
            w = w - schedule(step) * gradient(w, batch)
            step += 1
    return w
    # END SOLUTION


# %%
check("4.2.4", descend)

# %% tags=["solution"]
used.clear()
w = descend(5.0, lambda w, batch: 2 * (w + 1), logged, no_data, 40)
print(f"w after {len(used)} updates: {w:.6f}")
print("first rates used:", *[f"{rate:.4f}" for rate in used[:3]])
print(f"last rate used:   {used[-1]:.4f}")

# %% [markdown] tags=["solution"]
# **Why.** A schedule is a function of the number of updates made. Somebody has to count them, once per update, over the
# whole run. TensorFlow 1 counted in `global_step`, if you handed it to `minimize`; Keras counts in
# `optimizer.iterations`; in your own loop it is you. A counter that starts again in every epoch replays the large rates
# of the first epoch forever, and one that counts examples decays too fast by the batch size. None of these raises an
# error and in none of them does the loss look odd. The log of the rates tells them apart in one line.

# %% [markdown]
# ## 4.2.5 Decay so fast you never arrive
#
# *Stretch.* A weight has 6 to go, down a slope of 1. Two decays have the same base 0.2, the same `decay_rate` 0.5 and
# the same `decay_steps` 20; one is smooth, the other a staircase. Predict: which of them gets there, and after how many
# updates?

# %% tags=["hide-output"]
decays = {
    "smooth": lambda step: 0.2 * 0.5 ** (step / 20),
    "staircase": lambda step: 0.2 * 0.5 ** (step // 20),
}
for name, rate in decays.items():
    for updates in (20, 40, 200, 2000):
        gone = 0.0
        for step in range(updates):
            gone = gone + rate(step) * 1  # an update moves by rate times slope
        print(f"{name:>9}, {updates:>4} updates: moved by {gone:.4f}")

# %% [markdown] tags=["seen"]
# The smooth decay stops before 6, however long you train. The staircase is there after 40 updates and goes on to 8,
# because it keeps each rate for a whole stair.

# %% [markdown]
# Write `reach(initial, decay_steps, decay_rate, updates, staircase)`: how far the first `updates` updates carry a
# weight on a slope of 1. `decay_rate` is above 0 and at most 1, `updates` an integer of at least 1, not always a
# multiple of `decay_steps`. Return one number. When your check passes, use it: which `decay_rate` would a smooth decay
# with the same base and `decay_steps` need, to go 6 in 200 updates?

# %% [markdown] tags=["hint"]
# Each update moves the weight by its rate. `updates` updates are the steps 0, 1, ..., `updates` - 1. The rate at a step
# is that of exercise 4.2.3.

# %% [markdown] tags=["hint"]
# `np.arange(updates)` holds all the steps. Rates of all steps at once, then their sum.

# %% [markdown] tags=["hint"]
# If you like formulas: $1 + q + \dots + q^{n-1} = (1 - q^n) / (1 - q)$. For the smooth decay $q = r^{1/T}$. A staircase
# has whole stairs of $T$ updates and perhaps a part of one. At $r = 1$ the formula divides by zero.


# %%
def reach(initial, decay_steps, decay_rate, updates, staircase):
    """Return the sum of the rates of the first updates."""
    # BEGIN SOLUTION
    periods = np.arange(updates) / decay_steps
    if staircase:
        periods = periods // 1
    return np.sum(initial * decay_rate**periods)
    # END SOLUTION


# %%
check("4.2.5", reach)

# %% [markdown] tags=["solution"]
# How far a smooth decay goes in 200 updates:

# %% tags=["solution"]
for decay_rate in (0.5, 0.51, 0.52):
    gone = reach(0.2, 20, decay_rate, 200, staircase=False)
    print(f"decay_rate {decay_rate:.2f}: {gone:.4f}")

# %% [markdown] tags=["solution"]
# **Why.** On a slope of 1 the way is the sum of the rates, and the rates of a decay have a finite sum. Smooth, it is a
# geometric series with ratio $r^{1/T}$, at most $0.2 / (1 - 0.5^{1/20}) = 5.87$. A staircase has $T$ updates on each
# stair, at most $20 \cdot 0.2 / (1 - 0.5) = 8$: the smooth rate lies below each stair, but for its first step.
# After 200 updates the sum has all but reached its limit, so more updates do not help; a slightly slower decay does,
# 0.51 in place of 0.5. <!-- no claim: exact --> Where the slope is below 1, an update moves by
# less than its rate. <!-- no claim: exact --> So add up your rates before you start: with slopes of at most 1, their
# sum is the farthest that a weight can go.

# %% [markdown]
# ## 4.2.6 Find the bug: two runs of one program
#
# *Stretch.* This schedule lets the rate fall by a factor per step until it meets a floor. The program below has no
# random numbers, no noise, and the same start each time. It runs twice. What do you expect?


# %%
class FallingRate:
    def __init__(self, initial, factor, floor):
        self.rate, self.factor, self.floor = initial, factor, floor

    def __call__(self, step):
        self.rate = max(self.floor, self.rate * self.factor)
        return self.rate


def trained(schedule):
    w = 5.0
    for step in range(40):
        w = w - schedule(step) * 2 * (w + 1)
    return w


# %% tags=["hide-output"]
schedule = FallingRate(initial=0.1, factor=0.9, floor=0.001)
print(f"first run:  w = {trained(schedule):.6f}")
print(f"second run: w = {trained(schedule):.6f}")

# %% [markdown]
# Measure before you read on. In a cell of your own, make a new schedule and ask it for the rate of step 0, three times.
# Then think of a colleague who plots the schedule before she trains with it.
#
# Write `falling_rate(initial, factor, floor)`, which returns a schedule without that bug: something that can be called
# with a step, an integer from 0 on, and returns the rate of that step. Step 0 has `initial`, each later step multiplies
# by `factor`, which is below 1, and the rate never falls below `floor`. A step has one rate, whoever asks, in any
# order, as often as they like. `initial` is above `floor`.

# %% [markdown] tags=["hint"]
# The listing never looks at `step`. What does the rate depend on instead?

# %% [markdown] tags=["hint"]
# `self.rate` is at once a setting and a memory. Keep the settings, forget the memory: how is the rate of step 3 made
# from `initial` and `factor` alone?

# %% [markdown] tags=["hint"]
# A function may define another and return it. The inner one still sees `initial`, `factor` and `floor`.


# %%
def falling_rate(initial, factor, floor):
    """Return a schedule: a function from step to rate."""
    # BEGIN SOLUTION
    def schedule(step):
        return max(floor, initial * factor**step)

    return schedule
    # END SOLUTION


# %%
check("4.2.6", falling_rate)

# %% tags=["solution"]
schedule = falling_rate(initial=0.1, factor=0.9, floor=0.001)
print(f"first run:  w = {trained(schedule):.6f}")
print(f"second run: w = {trained(schedule):.6f}")

# %% [markdown] tags=["solution"]
# **Why.** The listing counts its own calls. Training calls it once per update, so it looks right; a plot, a log line or
# a second run calls it too, and each call makes the next rate smaller. The second run began at the rate where the first
# one had stopped. It is one factor ahead as well: it multiplies before it returns, so step 0 never has `initial`. A
# schedule that is a function of the step alone has nothing to remember and nothing to reset. The schedules of
# `nnopt_course` are frozen values for this reason.
