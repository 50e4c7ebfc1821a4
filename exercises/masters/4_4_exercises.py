# %% [markdown] tags=["student"]
# # Exercises 4.4: regularization
#
# *After this page you can carry a penalty over from TensorFlow 1, keep it off the biases, measure its strength from
# outside, tell it from weight decay, get exact zeros, choose a strength fairly, and find a penalty that does nothing.*
#
# Read [chapter 4.4](../book/4_4_regularization.ipynb) first. Replace `raise NotImplementedError` by your code, run
# that cell, then run the check below it. A check says what differs, and names your mistake if it knows it. Open the
# hints one at a time, and predict before you look at what a cell prints. The
# [solutions](solutions/4_4_exercises.ipynb) are on a page of their own.

# %% [markdown] tags=["solution"]
# # Solutions 4.4: regularization
#
# *One solution of each exercise, and why it works. Try the [exercises](../4_4_exercises.ipynb)
# of [chapter 4.4](../../book/4_4_regularization.ipynb) first.*

# %%
from nnopt_course.checking import check

import keras
import numpy as np
import tensorflow as tf

from nnopt_course.regularizers import HalfL2

# %% [markdown]
# ## 4.4.1 The missing half
#
# *Warm-up.* You port a model from TensorFlow 1. It says `tf.contrib.layers.l2_regularizer(0.01)`, and `contrib` is
# gone. What that function did survives: it multiplied its `scale` by `tf.nn.l2_loss` of the weights. Keras has a
# regularizer with nearly the same name.
#
# Predict both columns for the weights 3 and -4. Then run the cell.

# %% tags=["hide-output"]
both = tf.constant([[3.0, -4.0]], tf.float64)
print("scale  TensorFlow 1  Keras")
for scale in (1.0, 0.01):
    old, new = scale * tf.nn.l2_loss(both), keras.regularizers.L2(scale)(both)
    print(f"{scale:<6} {old:12.6f}  {new:.6f}")

# %% [markdown]
# Nothing fails when the number is carried over as it is. The penalty is another one.
#
# Write `l2_regularizer(scale)`, which does today what the old one did: it returns a **regularizer**, something that can
# be called with a weight (a float64 tensor of any shape) and returns the penalty that TensorFlow 1 would have computed,
# one number with a gradient. A regularizer of Keras is welcome, and so is a function of your own. `scale` is a float of
# at least 0.

# %% [markdown] tags=["hint"]
# Divide one column of the table by the other. Is the ratio the same in both rows?

# %% [markdown] tags=["hint"]
# `keras.regularizers.L2(x)` is $x \sum_i w_i^2$. Which `x` gives $\frac{\texttt{scale}}{2} \sum_i w_i^2$?


# %%
def l2_regularizer(scale):
    """Return a regularizer as strong as TensorFlow 1's of this scale."""
    # BEGIN SOLUTION
    return keras.regularizers.L2(scale / 2)
    # END SOLUTION


# %%
check("4.4.1", l2_regularizer)

# %% tags=["solution"]
for scale in (1.0, 0.01):
    print(f"scale {scale:<4}: {l2_regularizer(scale)(both):.6f}")

# %% [markdown] tags=["solution"]
# **Why.** `tf.nn.l2_loss` is $\frac12 \sum w^2$, so that its derivative is $w$ and no 2 is left. Keras has no half, and
# its derivative is $2w$. The factor does not depend on the weights or on the scale, so half the number is the whole
# port. `lambda w: scale * tf.nn.l2_loss(w)` is right as well; it has the half inside, and halving once more makes a
# quarter. For L1 there is nothing to do: neither has a half.

# %% [markdown]
# ## 4.4.2 Weights, not biases
#
# *Core.* Three days at -1, 0 and 1; the thermometer said 18, 20 and 25 degrees Celsius. A neuron $wx + b$ is fitted
# with the MSE and L2 of strength 0.1, once with the penalty on $w$ alone and once on $w$ and $b$. Your colleague does
# the same in kelvin, where all answers are 273.15 higher. <!-- no claim: exact --> The weather does not care.
#
# Predict: which of the four forecasts for day 0 agree? Then run the cell.

# %% tags=["hide-output"]
days, celsius = np.array([-1.0, 0.0, 1.0]), np.array([18.0, 20.0, 25.0])
inputs = np.stack([days, np.ones(3)], axis=1)


def fitted(answers, on_w, on_b):
    hessian = inputs.T @ inputs / 3 + np.diag([on_w, on_b])
    return np.linalg.solve(hessian, inputs.T @ answers / 3)


for name, on_b in [("w alone", 0.0), ("w and b", 0.1)]:
    for unit, zero in [("Celsius", 0.0), ("kelvin", 273.15)]:
        w, b = fitted(celsius + zero, 0.1, on_b)
        print(f"{name}, in {unit:>7}: {b - zero:7.3f} Celsius")

# %% [markdown]
# With the bias in the penalty, where the thermometer puts its zero decides what the forecast is. So a penalty should
# pick out the weights. In a list of parameters, what tells a weight from a bias?
#
# Write `weights_penalty(parameters, strength)`. `parameters` is a list of float64 `tf.Variable`s: the weights and
# biases of a network, in an order and with names that you do not know. Its layers are dense or convolutions, of any
# size, with a bias or without. Return Keras's L2, `strength` times the sum of the squares of all weights, as one number
# with a gradient.

# %% [markdown] tags=["hint"]
# Not every layer has a bias, names are free, and a wide layer may have more biases than a narrow one has
# weights. <!-- no claim: exact --> What is left to look at?

# %% [markdown] tags=["hint"]
# Look at the axes: a bias has one, for what comes out. A dense layer's weight has two, and a convolution's four.
# `len(parameter.shape)` is their number.

# %% [markdown] tags=["hint"]
# Pick the weights first, `[p for p in parameters if ...]`. Then add up `tf.reduce_sum(tf.square(p))` over them.


# %%
def weights_penalty(parameters, strength):
    """Return the L2 penalty of the weights among the parameters."""
    # BEGIN SOLUTION
    weights = [p for p in parameters if len(p.shape) >= 2]
    return strength * sum(tf.reduce_sum(tf.square(p)) for p in weights)
    # END SOLUTION


# %%
check("4.4.2", weights_penalty)

# %% [markdown] tags=["solution"]
# **Why.** A bias only says how high the whole surface lies, and the height depends on an arbitrary zero. In kelvin the
# bias is near 294, and with $\lambda = 0.1$ the MSE's slope $2(b - 294.15)$ and the penalty's $2 \cdot 0.1\, b$ cancel
# at $b = 294.15/1.1 = 267.41$: a forecast of frost. A weight multiplies an input and makes the surface steep, whatever
# the zero is. The number of axes is a property of what the parameter does: a weight needs an axis for what comes in and
# one for what goes out. Its place in the list, its name and its size are not.

# %% [markdown]
# ## 4.4.3 Lambda applied twice
#
# *Core.* The notes write the loss as data loss + `REGULARIZER * loss(w)`, and define `loss(w)` as
# `l2_regularizer(REGULARIZER)(w)`. Here is a program that does what they say. Look at its code and at what it prints:
# how strong is the penalty that pulls on the weights?

# %%
REGULARIZER = 0.01
x = np.array([[1.0, 0.0, -1.0], [0.5, 0.0, 2.0], [-1.0, 0.0, 0.5]])
y = np.array([[1.0], [0.0], [2.0]])


def loss_of_the_notes(w):
    data_loss = tf.reduce_mean(tf.square(x @ w - y))
    return data_loss + REGULARIZER * HalfL2(REGULARIZER)(w)


w = tf.constant([[0.5], [3.0], [-1.0]], tf.float64)
print(f"loss: {loss_of_the_notes(w):.6f}")

# %% [markdown]
# One number does not tell. Make an instrument. The second input is 0 in all the data, so its weight never reaches the
# data loss: it is **idle**, and only the penalty moves it.
#
# Write `measured_strength(loss, w, idle)`. `loss` is a function of the weights, data loss and penalty together; `w` is
# a float64 tensor of shape (inputs, 1); `idle` is the place of the idle weight, and `w[idle, 0]` is not 0. The penalty
# is L2 in the form of TensorFlow 1, $\frac{\lambda}{2} \sum_i w_i^2$, with a $\lambda$ that you do not know. Return
# that $\lambda$ as one number. You may call `loss` as often as you like, with weights of your choice.
#
# When your check passes, add a cell with `measured_strength(loss_of_the_notes, w, 1)`. Then replace `HalfL2` by
# `keras.regularizers.L2`, apply it once, and measure again, to six digits.

# %% [markdown] tags=["hint"]
# What is the slope of $\frac{\lambda}{2} \sum_i w_i^2$ along one weight?

# %% [markdown] tags=["hint"]
# Two ways lead there. A `tf.GradientTape` gives the slope; since `w` is a constant, call `tape.watch(w)` before the
# loss. Or compare two losses: with `w`, and with the idle weight set to 0.

# %% [markdown] tags=["hint"]
# The slope along the idle weight is $\lambda w$, and the difference of the two losses is $\frac{\lambda}{2} w^2$, where
# $w$ is `w[idle, 0]`.


# %%
def measured_strength(loss, w, idle):
    """Return the strength of the L2 penalty that is in the loss."""
    # BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(w)
        total = loss(w)
    return tape.gradient(total, w)[idle, 0] / w[idle, 0]
    # END SOLUTION


# %%
check("4.4.3", measured_strength)


# %% tags=["solution"]
def loss_with_keras(w):
    data_loss = tf.reduce_mean(tf.square(x @ w - y))
    return data_loss + keras.regularizers.L2(REGULARIZER)(w)


for name, each in [("notes", loss_of_the_notes), ("Keras", loss_with_keras)]:
    print(f"{name}: strength {measured_strength(each, w, 1):.6f}")

# %% [markdown] tags=["solution"]
# **Why.** The data loss is flat along the idle weight, so all of its slope is the penalty's, $\lambda w$. Divide by
# $w$, and the instrument reads 0.0001 for the notes' program: 0.01 is in it twice, and what pulls is the square. The
# same instrument reads 0.02 for Keras's `L2(0.01)`, which is the missing half of exercise 4.4.1. It does not ask how
# the program is written, so it works on programs that you cannot read. If no input is idle, add one that is always 0.

# %% [markdown]
# ## 4.4.4 Is weight decay L2?
#
# *Core.* Write the step of an optimizer as a **rule**: a function from the gradient to what is subtracted from the
# weight, the learning rate $\eta$ included. Here are those of SGD and of Adam's first update. Three weights of 2 have
# gradients of 3, 0.01 and 0 from the data. Put `HalfL2` of strength $\lambda$ into the loss, and each gradient grows by
# $\lambda w$.
#
# How much does the penalty add to what is subtracted from each weight? Divide it by $\eta w$. If the penalty were a
# weight decay $\delta$, the result would be $\delta$ for every weight. Predict all six numbers for $\lambda = 0.1$,
# then those for 0.2.

# %% tags=["hide-output"]
eta, start = 0.1, 2.0
data = np.array([3.0, 0.01, 0.0])
rules = {
    "SGD": lambda gradient: eta * gradient,
    "Adam": lambda gradient: eta * np.sign(gradient),
}
for strength in (0.1, 0.2):
    for name, rule in rules.items():
        shrunk = rule(data + strength * start) - rule(data)
        decays = [f"{each:.3f}" for each in shrunk / (eta * start)]
        print(f"L2 of {strength} under {name:>4}: decay", *decays)

# %% [markdown]
# Under SGD the penalty is a decay, $\delta = \lambda$. Under Adam no $\delta$ fits: the strength cancels, and a weight
# is pulled either not at all or by the whole rate.
#
# Write the decay that is the same under every rule: `decoupled_step(w, gradient, rule, learning_rate, weight_decay)`
# returns the parameter after one update with **decoupled** decay,
#
# $$ w \leftarrow (1 - \eta\delta)\, w - \text{rule}(\text{gradient}), $$
#
# with $\eta$ = `learning_rate` and $\delta$ = `weight_decay`. `w` and `gradient` are float64 tensors of one shape;
# `gradient` is that of the data loss. A parameter with one axis is a bias and does not decay.

# %% [markdown] tags=["hint"]
# What may the rule see? Whatever you hand to Adam gets divided by its own size.

# %% [markdown] tags=["hint"]
# In the formula, the $w$ that decays is the old one. The learning rate is in `rule(gradient)` already, but not yet in
# the decay.

# %% [markdown] tags=["hint"]
# First `step = rule(gradient)`. Then return `w - step` for a bias; what is subtracted as well if
# `len(w.shape) >= 2`?


# %%
def decoupled_step(w, gradient, rule, learning_rate, weight_decay):
    """Return the parameter after the rule's step and the decay."""
    # BEGIN SOLUTION
    step = rule(gradient)
    if len(w.shape) >= 2:
        step = step + learning_rate * weight_decay * w
    return w - step
    # END SOLUTION


# %%
check("4.4.4", decoupled_step)

# %% tags=["solution"]
row, gradient = tf.constant([[start] * 3], tf.float64), data[None]
for name, rule in rules.items():
    moved = decoupled_step(row, gradient, rule, eta, 0.1)
    shrunk = row - rule(gradient) - moved
    decays = [f"{each:.3f}" for each in shrunk.numpy().ravel() / (eta * start)]
    print(f"decay of 0.1 under {name:>4}:", *decays)

# %% [markdown] tags=["solution"]
# **Why.** A penalty in the loss goes through the rule, a decoupled decay goes beside it. SGD only multiplies, so both
# ways give $\eta\lambda w$. Adam looks at the sign: where the data already have a sign, a small $\lambda w$ changes
# nothing; where they say nothing, the penalty gets a whole step of $\eta$, whether $\lambda$ is 0.1 or 0.2. Momentum
# lies between: one update is the same, but the penalty's part stays in the velocity, and the decay's does not. For
# Keras's form without the half, the decay that equals `L2(x)` under SGD is `2*x`.

# %% [markdown]
# ## 4.4.5 Sparse means zero
#
# *Core.* L1 is said to make weights zero. Two weights have the data loss $(w - a)^2$, one with $a = 2$, the other with
# $a = 0.1$, and L1 of strength 0.5 is added. Gradient descent makes 1000 updates with rate 0.03.
#
# Predict where each ends, and how many of the last 100 values of the second are exactly 0. Then run the cell.

# %% tags=["hide-output"]
a, pair, path = np.array([2.0, 0.1]), np.array([1.0, 1.0]), []
for _ in range(1000):
    pair = pair - 0.03 * (2 * (pair - a) + 0.5 * np.sign(pair))
    path.append(pair)
first, second = np.transpose(path)
print("first: ", *[f"{each:.4f}" for each in first[-4:]])
print("second:", *[f"{each:.4f}" for each in second[-4:]])
print("exact zeros among the last 100:", np.sum(second[-100:] == 0))

# %% [markdown]
# The second weight jumps from one side of zero to the other. A gradient step has no way to stop there.
#
# A **proximal** step has. It takes a gradient step on the data loss alone; then each weight moves toward zero by
# `learning_rate` times `strength`, and one that would cross zero stops at it.
#
# Write `proximal_step(w, gradient, learning_rate, strength)`. `w` and `gradient`, that of the data loss, are float64
# tensors of one shape. Return the new weights.
#
# When your check passes, repeat the run above with it. Then find out for which $a$ between 0 and 1 the weight ends at
# zero.

# %% [markdown] tags=["hint"]
# There are two parts, in this order: where does the gradient step land, and what then happens to a number $u$ that
# landed there?

# %% [markdown] tags=["hint"]
# Only the distance from zero shrinks, $\lvert u \rvert$. It may not fall below 0. The sign stays that of $u$.

# %% [markdown] tags=["hint"]
# `tf.sign(u)` is 1, -1 or 0, and `tf.maximum(v, 0)` cuts at zero.


# %%
def proximal_step(w, gradient, learning_rate, strength):
    """Return the weights after a gradient step and the pull of L1."""
    # BEGIN SOLUTION
    u = w - learning_rate * gradient
    distance = tf.maximum(tf.abs(u) - learning_rate * strength, 0)
    return tf.sign(u) * distance
    # END SOLUTION


# %%
check("4.4.5", proximal_step)

# %% tags=["solution"]
a = np.array([2.0, 0.1, 0.2, 0.24, 0.26, 0.3])
ends = np.ones(6)
for _ in range(1000):
    ends = proximal_step(ends, 2 * (ends - a), 0.03, 0.5).numpy()
for answer, end in zip(a, ends, strict=True):
    print(f"a = {answer:<4}: ends at {end:.6f}, exactly 0: {end == 0}")

# %% [markdown] tags=["solution"]
# **Why.** The slope of $\lvert w \rvert$ is 1 or -1, however small the weight is, so a gradient step of L1 is always
# 0.015 long and jumps over zero. The proximal step moves just as far, and stops at zero. There a weight stays as
# long as the data pull on it by no more than $\lambda$: at $w = 0$ their pull is $2a$, so every $a$ up to
# $\lambda / 2 = 0.25$ ends at zero. <!-- no claim: exact --> The others end at $a - 0.25$; L1 costs each of them
# the same. The order of the two parts matters: a threshold before the gradient step leaves zeros that the step
# then moves away.

# %% [markdown]
# ## 4.4.6 Pick lambda on held-out data
#
# *Stretch.* `fit(data, strength)` returns the weights of a neuron that minimize `loss(w, data, strength)`: the MSE plus
# `strength` times the sum of the squared weights, which is what Keras reports as its loss. There are 8 examples to
# train on, 30 held out, 30 for a test at the end, and 6 strengths. The last two columns are losses on held-out data,
# with the penalty in them and without. Which column would you choose by?
#
# Predict where each of the three has its lowest number. Then run the cells.


# %%
def fit(data, strength):
    x, y = data
    hessian = x.T @ x / len(x) + strength * np.eye(x.shape[1])
    return np.linalg.solve(hessian, x.T @ y / len(x))


def loss(w, data, strength):
    x, y = data
    return np.mean((x @ w - y) ** 2) + strength * np.sum(w**2)


def drawn(examples, random, truth):
    x = random.randn(examples, len(truth))
    return x, x @ truth + random.randn(examples, 1)


# %% tags=["hide-output"]
random = np.random.RandomState(20)
truth = random.randn(6, 1)
training, held_out, test = (drawn(n, random, truth) for n in (8, 30, 30))
strengths = [0.001, 0.01, 0.1, 0.3, 1.0, 3.0]
print("strength  training  held out  without penalty")
for strength in strengths:
    model = fit(training, strength)
    print(f"{strength:<8} {loss(model, training, 0.0):9.4f}", end=" ")
    print(f"{loss(model, held_out, strength):9.4f}", end=" ")
    print(f"{loss(model, held_out, 0.0):9.4f}")

# %% [markdown]
# Three columns, three choices. The first can only rise, the second makes a strength pay for itself.
#
# Write `choose_strength(training, held_out, test, strengths, fit, loss)`. Each of the three sets is a pair (x, y) of
# arrays, `strengths` is a list in any order, and `fit` and `loss` are functions like those above. Train one model for
# each strength, on `training` and on nothing else. Choose the one with the lowest loss on `held_out`, without the
# penalty. Return a pair: the strength chosen first, then that model's loss on `test`, again without the penalty.
#
# When your check passes, add a cell that compares the test loss you report with the lowest one that any of the
# strengths has on `test`. Which of the two would you tell a customer?

# %% [markdown] tags=["hint"]
# `loss` adds `strength` times something. With which strength does it add nothing?

# %% [markdown] tags=["hint"]
# The strength has two jobs in this program, in `fit` and in `loss`. It should keep the first and lose the second.

# %% [markdown] tags=["hint"]
# For each strength: `w = fit(training, strength)`, then `loss(w, held_out, 0.0)`. Python's `min` finds the lowest in a
# list of pairs (loss, strength). What you return has the strength first, and a loss of the chosen model, not of the
# last one.


# %%
def choose_strength(training, held_out, test, strengths, fit, loss):
    """Return the strength chosen on held_out, and its loss on test."""
    # BEGIN SOLUTION
    models = {each: fit(training, each) for each in strengths}
    on_held_out = {each: loss(models[each], held_out, 0.0) for each in models}
    best = min(on_held_out, key=on_held_out.get)
    return best, loss(models[best], test, 0.0)
    # END SOLUTION


# %%
check("4.4.6", choose_strength)

# %% tags=["solution"]
strength, fair_loss = choose_strength(
    training, held_out, test, strengths, fit, loss
)
on_test = [loss(fit(training, each), test, 0.0) for each in strengths]
print(f"chosen on held-out data: {strength}, test loss {fair_loss:.4f}")
print(f"lowest test loss of all: {min(on_test):.4f}")

# %% tags=["solution"]
fair, peeked = [], []
for seed in range(200):
    random = np.random.RandomState(seed)
    sets = [drawn(n, random, truth) for n in (8, 30, 30)]
    fair.append(choose_strength(*sets, strengths, fit, loss)[1])
    peeked.append(min(loss(fit(sets[0], s), sets[2], 0.0) for s in strengths))
print("test loss, mean over 200 draws of 30 test examples:")
print(f"  chosen on held-out data {np.mean(fair):.4f}")
print(f"  lowest on the test data {np.mean(peeked):.4f}")

# %% [markdown] tags=["solution"]
# **Why.** Training without a penalty has the lowest training loss, by definition, so the first column chooses the
# weakest penalty there is. The held-out loss with the penalty in it charges each strength for its own size: here it
# takes 0.1 where the data ask for 0.3. Without it, the column answers what you want to know: how large is the error on
# data that training has not seen? The chosen model was picked for that number, luck included, so the number is no fair
# report; the test data have chosen nothing. The lowest loss on the test data is never above the fair one, because it
# was chosen to be low. New data will not show it again.

# %% [markdown]
# ## 4.4.7 Find the bug: the penalty that taught nothing
#
# *Stretch.* This program trains a linear network with two layers. A colleague has run it at three strengths. The loss
# rises with the strength, as a loss with a penalty should, and nobody has complained.

# %%
points = np.array([[1.0, -0.5], [0.5, 2.0], [-1.0, 1.0], [0.5, 0.5]])
answers = np.array([[1.0], [0.0], [2.0], [-1.0]])


def data_loss(weights):
    outputs = points @ weights[0] @ weights[1]
    return tf.reduce_mean(tf.square(outputs - answers))


# %%
def buggy_step(data_loss, weights, strength, learning_rate):
    with tf.GradientTape() as tape:
        loss = data_loss(weights)
        for weight in weights:
            loss += strength * np.sum(np.square(weight))
    slopes = tape.gradient(loss, weights)
    for weight, slope in zip(weights, slopes, strict=True):
        weight.assign_sub(learning_rate * slope)
    return loss


# %%
def trained(step, strength):
    start = [[[0.5, -1.0], [1.5, 0.25]], [[2.0], [-0.75]]]
    weights = [tf.Variable(each, dtype=tf.float64) for each in start]
    for _ in range(200):
        loss = step(data_loss, weights, strength, 0.05)
    return loss, weights


for strength in (0.0, 0.01, 0.1):
    final, _ = trained(buggy_step, strength)
    print(f"strength {strength:<4}: loss {final:.6f}")

# %% [markdown]
# Measure before you read on. `trained` returns the weights as well, and nobody has looked at them. What should another
# strength do to them? Add a cell that prints it, and then find the line.
#
# Write `penalized_step(data_loss, weights, strength, learning_rate)`, the step without the bug. `weights` is a list of
# float64 `tf.Variable`s, all of them weights, and `data_loss(weights)` returns a scalar tensor. The loss is the data
# loss plus `strength` times the sum of all squared weights, without a half. Take one step of gradient descent on it, in
# place, as the listing does, and return the loss before that step.

# %% [markdown] tags=["hint"]
# Print the sum of the squared weights after training at each strength. It should fall as the strength rises.

# %% [markdown] tags=["hint"]
# A tape records what TensorFlow does with variables. Whatever else enters the loss is a constant to it, and a constant
# has no gradient. Being inside the `with` block is not enough.

# %% [markdown] tags=["hint"]
# Which library computes the squares in the listing?


# %%
def penalized_step(data_loss, weights, strength, learning_rate):
    """Move the weights by one step; return the loss before it."""
    # BEGIN SOLUTION
    with tf.GradientTape() as tape:
        loss = data_loss(weights)
        for weight in weights:
            loss += strength * tf.reduce_sum(tf.square(weight))
    slopes = tape.gradient(loss, weights)
    for weight, slope in zip(weights, slopes, strict=True):
        weight.assign_sub(learning_rate * slope)
    return loss
    # END SOLUTION


# %%
check("4.4.7", penalized_step)

# %% tags=["solution"]
print("strength  sum of squares with the bug  without")
for strength in (0.0, 0.01, 0.1):
    sizes = []
    for step in (buggy_step, penalized_step):
        _, weights = trained(step, strength)
        sizes.append(sum(float(tf.reduce_sum(each**2)) for each in weights))
    print(f"{strength:<8}  {sizes[0]:27.4f}  {sizes[1]:7.4f}")

# %% [markdown] tags=["solution"]
# **Why.** `np.sum(np.square(weight))` reads the variable's numbers and returns a NumPy number. The tape has seen no
# operation, so the sum is a constant to it. The loss has the penalty in it, the gradient has not: all three runs are
# one run, and the sum of squared weights says so at once. The same happens with `weight.numpy()`, with
# `float(...)`, and with a penalty that is computed in front of the `with` block. No error, no warning, a loss that
# looks right. A penalty is there when another strength changes the weights.
