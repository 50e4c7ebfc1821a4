# %% [markdown] tags=["student"]
# # Exercises 4.3: moving average of the weights
#
# *After this page you can write an average and its correction, measure how late and how quiet any average is, choose a
# decay for the noise that you have, and evaluate with the average without losing the weights.*
#
# Read [chapter 4.3](../book/4_3_moving_average.ipynb) first. Replace `raise NotImplementedError` by your code, run
# that cell, then run the check below it. A check says what differs, and names your mistake if it knows it. Open the
# hints one at a time, and predict before you look at what a cell prints. The
# [solutions](solutions/4_3_exercises.ipynb) are on a page of their own.

# %% [markdown] tags=["solution"]
# # Solutions 4.3: moving average of the weights
#
# *One solution of each exercise, and why it works. Try the [exercises](../4_3_exercises.ipynb)
# of [chapter 4.3](../../book/4_3_moving_average.ipynb) first.*

# %%
from nnopt_course.checking import check

import numpy as np
import tensorflow as tf

# %% [markdown]
# ## 4.3.1 The course's EMA trace
#
# *Warm-up.* Listing `opt4_6` asks for an average with decay 0.99, so a share of 0.01 should be new in each update. A
# weight and its shadow are 0. The weight becomes 1, then 10, and stays there. Before each of four updates the cell
# shows where the weight is, and afterwards which shadow the listing prints.
#
# Work out the first shadow with that share, and compare it with the first that the listing prints, 0.9. Predict: is
# the share that was really new the same in all four updates? Then run the cell, which works it out.

# %% tags=["hide-output"]
shadow = 0.0
print("weight  shadow  printed  share of new")
for weight, printed in [
    (1.0, 0.9),
    (10.0, 1.6445453),
    (10.0, 2.3281732),
    (10.0, 2.955868),
]:
    share = (printed - shadow) / (weight - shadow)
    print(f"{weight:6}  {shadow:.4f}  {printed:.4f}  {share:12.4f}")
    shadow = printed

# %% [markdown]
# Not 0.01 once. The listing hands the average a step: 0 before the first update, 100 before each of the others.
#
# Write `update_shadow(shadow, weight, decay, step)`, which returns the new shadow by the rule of the course. All four
# are Python numbers. `step` is the number of updates made before this one, and `decay` is the largest decay allowed.

# %% [markdown] tags=["hint"]
# What is kept is 1 minus what is new. The cell shows a kept share of 0.1 at step 0 and of 0.9182 = 101/110 at step 100.
# Which formula with `step` gives both?

# %% [markdown] tags=["hint"]
# The rule of chapter 4.3 keeps $\min\big(d, (1 + n)/(10 + n)\big)$ of the shadow, with $n$ the step. At which step does
# $d = 0.99$ take over?

# %% [markdown] tags=["hint"]
# With `kept` for that minimum, the new shadow is `kept` times the shadow plus `1 - kept` times the weight.


# %%
def update_shadow(shadow, weight, decay, step):
    """Return the shadow after one update, with the warmup of the course."""
    # BEGIN SOLUTION
    kept = min(decay, (1 + step) / (10 + step))
    return kept * shadow + (1 - kept) * weight
    # END SOLUTION


# %%
check("4.3.1", update_shadow)

# %% tags=["solution"]
shadow = 0.0
for weight, step in [(1.0, 0)] + [(10.0, 100)] * 7:
    shadow = update_shadow(shadow, weight, 0.99, step)
    print(f"{shadow:.4f}", end=" ")

# %% [markdown] tags=["solution"]
# **Why.** At step 0 the rule keeps 1/10 and takes 9/10 of the weight, at step 100 it keeps 101/110. The decay 0.99
# that was asked for takes over at step 890, where 891/900 = 0.99; until then it has no effect. The listing stays at
# step 100, so its shadow goes 9/110 of the remaining way each time, a memory of 12 updates instead of 100.

# %% [markdown]
# ## 4.3.2 How late and how quiet is an average?
#
# *Core.* Here are two kinds of average. One has exponential shares, the other is the plain mean of the last values.
# Each takes a path, shape (steps,), and returns where the average is after each value. Both start from 0.
#
# The weight climbs by 1 in each step. Predict which of the two is farther behind it in the end: decay 0.9, or the mean
# of the last 19 values? <!-- no claim: question -->


# %%
def exponential(decay):
    def average(path):
        shadow, found = 0.0, []
        for value in path:
            shadow = decay * shadow + (1 - decay) * value
            found.append(shadow)
        return np.array(found)

    return average


def mean_of_last(values):
    shares = np.full(values, 1 / values)
    return lambda path: np.convolve(path, shares)[: len(path)]


# %% tags=["hide-output"]
ramp = np.arange(201.0)
first, second = exponential(0.9)(ramp), mean_of_last(19)(ramp)
print("step   ramp  decay 0.9  mean of 19")
for step in (1, 5, 10, 50, 200):
    print(f"{step:4}  {ramp[step]:5}", end="  ")
    print(f"{first[step]:9.4f}  {second[step]:10.4f}")

# %% [markdown]
# Both end up 9 behind. Is one of them at least quieter?
#
# Write `late_and_quiet(average)`, an instrument for any such average: exponential, plain mean, or one that you cannot
# look into. It returns two numbers:
#
# 1. the **lag**: how far the average is behind a ramp of slope 1, once that has settled;
# 2. what is **left of the noise**: feed it white noise, and divide the variance of what comes out by the variance of
#    what went in.
#
# Any way to find them will do, if each number is right within 5%. No average that you get remembers much beyond 100
# steps.
#
# When your check passes, add a cell and measure `exponential(0.9)` against `mean_of_last(19)`, and `exponential(0.95)`
# against `mean_of_last(39)`. What is the price of quiet?

# %% [markdown] tags=["hint"]
# The cell above measures a lag already: ramp minus average at the last step, if the ramp is long enough. Noise can be
# measured as simply, with `np.random.RandomState(0).randn(200_000)`.

# %% [markdown] tags=["hint"]
# A way without chance: an average adds up past values, each with a share that depends on its age only. Feed it the path
# 1, 0, 0, 0, ... What comes out after $k$ steps?

# %% [markdown] tags=["hint"]
# With $c_k$ the share of age $k$: the lag is the mean age $\sum k\,c_k$, and independent values of variance 1 add up to
# a variance of $\sum c_k^2$.


# %%
def late_and_quiet(average):
    """Return the lag on a ramp of slope 1, and what is left of noise."""
    # BEGIN SOLUTION
    steps = np.arange(2000)
    shares = average(np.where(steps == 0, 1.0, 0.0))
    return np.sum(steps * shares), np.sum(shares**2)
    # END SOLUTION


# %%
check("4.3.2", late_and_quiet)

# %% tags=["solution"]
for decay, values in [(0.9, 19), (0.95, 39)]:
    lag, left = late_and_quiet(exponential(decay))
    print(f"decay {decay}: lag {lag:.4f}, left {left:.4f}")
    lag, left = late_and_quiet(mean_of_last(values))
    print(f"mean of {values}: lag {lag:.4f}, left {left:.4f}")

# %% [markdown] tags=["solution"]
# **Why.** The answer to the path 1, 0, 0, ... is the list of shares by age, and the shares are all there is to know
# about an average. They sum up to lag and noise, without a random number. The two averages are the same instrument:
# equal lag, equal noise. For shares $(1 - d)\,d^k$ the sums are $L = d/(1 - d)$ and $(1 - d)/(1 + d)$; for the mean
# of $m$ values they are $L = (m - 1)/2$ and $1/m$. Both times what is left is $1/(1 + 2L)$. **Quiet is paid for in
# lag, at the same price.** It is a law of these two only: a pure delay has all of the lag and none of the quiet,
# which is why the check hands your instrument one.

# %% [markdown]
# ## 4.3.3 The zero start
#
# *Core.* The averages inside Adam start at 0. A weight stands at 5 all the time. Predict its average with decay 0.9
# after one step, and after 20. Does a decay of 0.99 make it better or worse?


# %% tags=["hide-output"]
def from_zero(path, decay):
    shadow, found = 0.0, []
    for value in path:
        shadow = decay * shadow + (1 - decay) * value
        found.append(shadow)
    return found


print("decay  values  average  share of weight")
for decay in (0.9, 0.99):
    found = from_zero([5.0] * 100, decay)
    for n in (1, 2, 20, 100):
        average = found[n - 1]
        print(f"{decay:5}  {n:6}  {average:7.4f}  {average / 5:15.4f}")

# %% [markdown]
# The average has given out only part of its shares; the rest still lies at 0. How large that part is depends on the
# number of values and the decay, and not on the values. So it can be divided out.
#
# Write `corrected_average(path, decay)`. It gets a float64 array of shape (steps,), the weight after each step, and
# returns an array of the same shape: the average from 0 after each step, corrected. The path itself must stay as it is.

# %% [markdown] tags=["hint"]
# Each value leaves a share $d$ of the zero that was there before. What is left of it after $n$ values? The rest has
# been given out.

# %% [markdown] tags=["hint"]
# After $n$ values divide by $1 - d^n$. For the first value $n$ is 1. Compare with the shares that the cell printed.

# %% [markdown] tags=["hint"]
# Keep two things apart: the shadow, which goes on as it is, and the corrected value, which you only hand out.


# %%
def corrected_average(path, decay):
    """Return the average from 0 after each step, corrected."""
    # BEGIN SOLUTION
    shadow, found = 0.0, []
    for n, value in enumerate(path, start=1):
        shadow = decay * shadow + (1 - decay) * value
        found.append(shadow / (1 - decay**n))
    return np.array(found)
    # END SOLUTION


# %%
check("4.3.3", corrected_average)

# %% tags=["solution"]
for path in ([5.0, 5.0, 5.0], [1.0, 10.0, 10.0]):
    averages = corrected_average(np.array(path), 0.99)
    print(f"weights {path}: averages", averages.round(4))

# %% [markdown] tags=["solution"]
# **Why.** Of the zero at the start a share $d^n$ is left after $n$ values, so the values hold $1 - d^n$ together.
# Divided by that, their shares add up to 1, and a weight that stands still is its own average from the first step on.
# The division belongs to reading, not to averaging: a shadow that is divided and averaged on would be corrected again
# at every step, and grow without limit. A decay nearer to 1 makes the uncorrected average worse for longer: after 100
# values at 0.99 it holds 63% of the weight. <!-- no claim: exact --> The start at a value, as in TF1, passes the test
# of the weight that stands still too, and is another average: its first value counts with $d^n$ extra.

# %% [markdown]
# ## 4.3.4 Evaluate with the average, train with the weights
#
# *Core.* Training holds the weights in variables, and a list of shadows beside them. To evaluate, the shadows go into
# the variables, for as long as the evaluation takes. Predict what the variable holds at the end of this cell.

# %% tags=["hide-output"]
variable, shadow = tf.Variable(10.0), tf.Variable(9.0)


def evaluate():
    raise OSError("disk full")


weight = variable.numpy()
try:
    variable.assign(shadow)
    evaluate()
    variable.assign(weight)
except OSError as error:
    print("error:", error)
print("training goes on from", variable.numpy())

# %% [markdown]
# The weight is lost, without a word, and every later result depends on it.
#
# Write `evaluate_averages(variables, shadows, evaluate)`. The first two are lists of `tf.Variable`, pair by pair of the
# same shape and dtype. Call `evaluate()` once while the variables hold the shadows' values, and return what it returns.
# Afterwards the variables hold their weights again, whatever `evaluate` did: it may change a variable, raise, or be
# interrupted. An error of `evaluate` reaches the caller. The shadows are only read.

# %% [markdown] tags=["hint"]
# `list(variables)` is a second list of the same variables. What you need to keep are their values: `variable.numpy()`
# or `variable.read_value()`.

# %% [markdown] tags=["hint"]
# Which lines of Python run after a block in any case, whether it ended well, returned, raised or was interrupted?

# %% [markdown] tags=["hint"]
# Keep the values first. Inside `try`, assign the shadows and return what `evaluate` returns. Inside `finally`, assign
# the kept values. A `return` inside `finally` would swallow the error.


# %%
def evaluate_averages(variables, shadows, evaluate):
    """Call evaluate while the variables hold the shadows; return its result."""
    # BEGIN SOLUTION
    weights = [variable.numpy() for variable in variables]
    try:
        for variable, shadow in zip(variables, shadows, strict=True):
            variable.assign(shadow)
        return evaluate()
    finally:
        for variable, weight in zip(variables, weights, strict=True):
            variable.assign(weight)
    # END SOLUTION


# %%
check("4.3.4", evaluate_averages)

# %% [markdown] tags=["solution"]
# **Why.** `finally` runs on every way out of the block: at its end, at a `return`, at an error and at an interrupt of
# the notebook, which is no `Exception`. And it catches nothing, so the caller learns of the error. The swap itself
# stands inside `try`, so that a shadow of the wrong shape in the middle of the list restores what was swapped before
# it. The kept values are copies: what `evaluate` does to the variables does not matter. `swapped_into` of
# `nnopt_course.ema.WeightAverage` is the same, as a `with` block.

# %% [markdown]
# ## 4.3.5 Which memory for this noise?
#
# *Stretch.* You want the average of a run to be near the best weight. Near is a number that you name, your **target**:
# the mean square of the distance should come down to it. Which decay do you need?
#
# The loss of this cell is $e^w - w$. Its best weight is 0, and its curvature there is 1. A thousand runs at rate 0.1
# get noisy gradients. The formula of chapter 4.3 says what an average leaves of a variance. Predict: does the mean
# square of the distance go to 0 when the memory gets longer and longer?

# %%
random, w, cloud = np.random.RandomState(0), np.zeros(1000), []
for _ in range(6000):
    gradient = np.exp(w) - 1 + random.randn(1000)
    w = w - 0.1 * gradient
    cloud.append(w)
settled = np.array(cloud[2000:])
variance, shift = settled.var(), settled.mean()
print(f"variance of the weights: {variance:.4f}")
print(f"their center:            {shift:.4f}")
print(f"their mean square:       {np.mean(settled**2):.4f}")


# %% tags=["hide-output"]
def left(decay, a):
    return (1 - decay) / (1 + decay) * (1 + a * decay) / (1 - a * decay)


print("decay  mean square  variance  predicted")
for decay in (0.9, 0.99, 0.999):
    shadow = 0.0
    for w in cloud:
        shadow = decay * shadow + (1 - decay) * w
    print(f"{decay:5}  {np.mean(shadow**2):11.5f}", end="  ")
    print(f"{shadow.var():8.5f}  {variance * left(decay, 1 - 0.1):9.5f}")

# %% [markdown]
# The variance falls nearly as predicted. (The formula takes the curvature for constant.) The mean square does not
# follow it to 0: it comes to rest at the square of the **shift**, the distance of the center from the best weight. The
# loss is steeper on the right than on the left, so the cloud hangs over to the left, and so does every average of
# it. <!-- no claim: exact -->
#
# Write `decay_for(target, rate, curvature, variance, shift)`, all of them numbers. The weights have `variance` around
# a center that is `shift` away from the best weight, which may be negative. How long their noise remembers follows from
# `rate` and `curvature`, as in the chapter; the product of the two is above 0 and at most 1. Return the decay of the
# average whose mean square of the distance from the best weight is `target`, to six digits. Return 0 if the weights
# themselves are within the target. Raise `ValueError` if no decay below 1 reaches it.

# %% [markdown] tags=["hint"]
# The mean square of a distance is its variance plus the square of its mean. Which of the two does the decay change?

# %% [markdown] tags=["hint"]
# So the average must leave a share `(target - shift**2) / variance` of the variance. Call it $q$. What do you return if
# $q$ is 1 or more, and what if it is 0 or less?

# %% [markdown] tags=["hint"]
# Between these, look for the $d$ with `left(d, 1 - rate * curvature)` $= q$. The function falls from 1 at $d = 0$
# toward 0 at $d = 1$: halve the interval some 50 times. (The equation is quadratic in $d$, if you would rather solve
# it.)


# %%
def decay_for(target, rate, curvature, variance, shift):
    """Return the decay that brings the average within the target."""
    # BEGIN SOLUTION
    share = (target - shift**2) / variance
    if share <= 0:
        raise ValueError(f"target must be above {shift**2:.6g}, got {target}")
    if share >= 1:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if left(middle, 1 - rate * curvature) > share:
            low = middle
        else:
            high = middle
    return low
    # END SOLUTION


# %%
check("4.3.5", decay_for)

# %% tags=["solution"]
for target in (0.1, 0.02, 0.005, 0.001, 0.0005):
    try:
        decay = decay_for(target, 0.1, 1.0, variance, shift)
        print(f"target {target}: decay {decay:.4f}")
    except ValueError:
        print(f"target {target}: no decay reaches it")

# %% [markdown] tags=["solution"]
# **Why.** The mean square of the distance is variance plus shift squared, and an average works on the first alone. A
# target at or below the shift squared is out of reach of every decay; a lower rate shrinks the cloud and with it the
# shift. Above, $q$ fixes the decay. When both memories are long, the formula turns into a rule for the head: leave
# $q$ of the variance, and the memory of the average has to be $(1 - q)/q$ times that of the noise, $1/(\eta\lambda)$.
# For a tenth that is nine times. The formula for white noise asks for less than 6 steps, whatever the rate: if you
# forget that the noise remembers, you get a decay that does next to nothing.

# %% [markdown]
# ## 4.3.6 Find the bug: two weights stand still
#
# *Core.* This listing trains two weights and keeps an average of each with decay 0.9. A step covers a tenth of the
# way to 3 and to -1. After 300 steps the weights stand there, and have stood there for long. Predict the two shadows.
# Then run both cells.


# %%
def run_listing(variables, train_step, decay, steps):
    shadows = {v.name: v.numpy() for v in variables}
    for _ in range(steps):
        train_step()
        for v in variables:
            kept = decay * shadows[v.name]
            shadows[v.name] = kept + (1 - decay) * v.numpy()
    return [shadows[v.name] for v in variables]


# %% tags=["hide-output"]
w1, w2 = tf.Variable(0.0), tf.Variable(0.0)


def train_step():
    w1.assign_add(0.1 * (3.0 - w1))
    w2.assign_add(0.1 * (-1.0 - w2))


found = run_listing([w1, w2], train_step, decay=0.9, steps=300)
print(f"weights: {w1.numpy():.4f} and {w2.numpy():.4f}")
print(f"shadows: {found[0]:.4f} and {found[1]:.4f}")

# %% [markdown]
# The memory is 10 steps, so both shadows should have arrived long ago. Order, start and formula are right. Find out
# what happens: print what you suspect, inside the loop or after it.
#
# Then write `train_with_shadows(variables, train_step, decay, steps)`, the listing without the bug. `variables` is a
# list of `tf.Variable` of any shapes, `train_step()` changes them. Return a list of the shadows' values after the last
# step, in the order of the variables.

# %% [markdown] tags=["hint"]
# Run one step instead of 300, and print `shadows` itself. How many entries has it?

# %% [markdown] tags=["hint"]
# Print `w1.name` and `w2.name`.

# %% [markdown] tags=["hint"]
# Two lists in the same order need no names. `zip` walks through both; to put a new shadow into its list you need its
# place as well, which `enumerate` counts.


# %%
def train_with_shadows(variables, train_step, decay, steps):
    """Train, and return the average of each variable."""
    # BEGIN SOLUTION
    shadows = [v.numpy() for v in variables]
    for _ in range(steps):
        train_step()
        for i, v in enumerate(variables):
            shadows[i] = decay * shadows[i] + (1 - decay) * v.numpy()
    return shadows
    # END SOLUTION


# %%
check("4.3.6", train_with_shadows)

# %% tags=["solution"]
print("eagerly: ", [w1.name, w2.name])
with tf.Graph().as_default():
    v1 = tf.compat.v1
    print("in TF1:  ", [v1.Variable(0.0).name, v1.Variable(0.0).name])
dense = [tf.keras.layers.Dense(2) for _ in range(2)]
model = tf.keras.Sequential([tf.keras.Input((2,)), *dense])
print("in Keras:", [variable.name for variable in model.weights])

# %% [markdown] tags=["solution"]
# **Why.** Both variables are called `Variable:0`, so the dictionary has one entry, and in every step it is moved
# toward 3 and then toward -1. It comes to rest between them. In a graph of TF1 a second variable was renamed
# `Variable_1:0`; names were unique there, and checkpoints kept each value by its name. In TensorFlow 2 a name is a
# label that several variables may share. Keras calls the matrix of every dense layer `kernel`. If two shapes differ,
# you may get an error; if they are equal, you get this. Keep such things in a list beside the variables, or by
# `v.ref()`, which stands for the variable itself.
