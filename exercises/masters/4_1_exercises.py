# %% [markdown] tags=["student"]
# # Exercises 4.1: loss functions
#
# *After this page you can write a loss, port one and repair one, and know by a measurement that it is right.*
#
# Read [chapter 4.1](../book/4_1_loss_functions.ipynb) first. Replace `raise NotImplementedError` by your code, run
# that cell, then run the check below it. A check says what differs, and names your mistake if it knows it. Open the
# hints one at a time, and predict before you look at what a cell prints. The
# [solutions](solutions/4_1_exercises.ipynb) are on a page of their own.

# %% [markdown] tags=["solution"]
# # Solutions 4.1: loss functions
#
# *One solution of each exercise, and why it works. Try the [exercises](../4_1_exercises.ipynb)
# of [chapter 4.1](../../book/4_1_loss_functions.ipynb) first.*

# %%
from nnopt_course import losses
from nnopt_course.checking import check

import keras
import numpy as np
import tensorflow as tf

# %% [markdown]
# ## 4.1.1 A perfect forecast with loss 2.5
#
# *Warm-up.* Four days sold 1, 2, 3 and 4 pots of yogurt, and the network predicted exactly 1, 2, 3 and 4. A network
# returns a column of shape (4, 1); the answers came out of a file as a row of shape (4,).
#
# Its mean squared error comes out as 2.5. Predict the shape of the squares, and which numbers stand in it. Then run the
# cell.

# %% tags=["hide-output"]
y_true = tf.constant([1.0, 2.0, 3.0, 4.0])
y_pred = tf.constant([[1.0], [2.0], [3.0], [4.0]])
squares = tf.square(y_true - y_pred)
print("shapes:", y_true.shape, "and", y_pred.shape)
print("shape of the squares:", squares.shape)
print("mean squared error:", float(tf.reduce_mean(squares)))

# %% [markdown] tags=["seen"]
# TensorFlow *broadcast* the two shapes to (4, 4): every answer met every prediction, 16 pairs instead of 4. No
# warning, and the loss even has a gradient: training on it pulls every forecast toward the mean of all answers.

# %% [markdown]
# Write `mean_squared_error(y_true, y_pred)` for float32 tensors of any shape. It returns the mean of the squared errors
# over the batch when the two shapes are equal, and raises `ValueError` when they are not. Inside `tf.function` the
# batch size may be unknown (`None`); what is known of the shapes must be checked there too.

# %% [markdown] tags=["hint"]
# The check comes before the arithmetic: afterwards the shape is (4, 4) and the evidence is gone. Every tensor has a
# `.shape`, a `tf.TensorShape`.

# %% [markdown] tags=["hint"]
# Comparing lengths is too little: (4,) and (4, 1) are both 4 long. So is comparing the number of axes: (4, 1) and
# (1, 4) both have two. Compare the whole shapes.

# %% [markdown] tags=["hint"]
# `y_true.shape != y_pred.shape` works in a notebook and inside `tf.function`, where (None, 1) equals (None, 1).


# %%
def mean_squared_error(y_true, y_pred):
    """Return the mean squared error of a batch; refuse shapes that differ."""
    # BEGIN SOLUTION
    if y_true.shape != y_pred.shape:
        raise ValueError(f"shapes differ: {y_true.shape} and {y_pred.shape}")
    return tf.reduce_mean(tf.square(y_true - y_pred))
    # END SOLUTION


# %%
check("4.1.1", mean_squared_error)

# %% [markdown] tags=["solution"]
# **Why.** A perfect forecast has 16 pairs here: four differ by 0, six by 1, four by 2 and two by 3. Their mean
# square is (4·0 + 6·1 + 4·4 + 2·9) / 16 = 40 / 16 = 2.5. The plain formula cannot know that you meant 4 pairs, and
# reshaping both to a row would guess. An error costs one line and is found in the first second of training, not
# after a night. `.shape` is what TensorFlow knows without running anything, so the same line guards a `tf.function`
# while it is traced.

# %% [markdown]
# ## 4.1.2 An asymmetric loss
#
# *Warm-up.* A pot that nobody buys costs the shop `cost`; a pot that was missing costs it `profit`.
#
# | the forecast is | loss of that day |
# |---|---|
# | too high, $\hat y > y$ | `cost` $\cdot\,(\hat y - y)$ |
# | too low, $\hat y < y$ | `profit` $\cdot\,(y - \hat y)$ |
#
# Four days sold 3, 4, 5 and 8 pots, 5 on average. With cost 1 and profit 9, will the shop lose less if it makes one
# pot more than 5 every day, or one less? Predict, then run.

# %% tags=["hide-output"]
for pots in (4, 5, 6):
    lost = [
        1 * (pots - sold) if pots > sold else 9 * (sold - pots)
        for sold in (3, 4, 5, 8)
    ]
    print(f"{pots} pots: {sum(lost):2} lost, by day {lost}")

# %% [markdown]
# Training will find that out, if you give it a loss with a gradient.
#
# Write `asymmetric_loss(y_true, y_pred, cost, profit)` for float32 tensors of shape (batch, 1): the **sum** over the
# batch, as in the course's listing, with a gradient with respect to `y_pred`. `cost` and `profit` are floats. Shapes
# that differ raise `ValueError`, inside `tf.function` too.

# %% [markdown] tags=["hint"]
# Each day needs its own choice between two formulas. Python's `if` chooses once for the whole batch.

# %% [markdown] tags=["hint"]
# `tf.where(condition, a, b)` takes `a` where the condition is true and `b` elsewhere, element by element, and lets
# the gradient through. `np.where` does not.

# %% [markdown] tags=["hint"]
# With `error = y_pred - y_true`, the two branches are `cost * error` and `-profit * error`. Add them with
# `tf.reduce_sum`. The shape check is that of exercise 4.1.1.


# %%
def asymmetric_loss(y_true, y_pred, cost, profit):
    """Return what a batch loses, by pots too many and too few."""
    # BEGIN SOLUTION
    if y_true.shape != y_pred.shape:
        raise ValueError(f"shapes differ: {y_true.shape} and {y_pred.shape}")
    error = y_pred - y_true
    return tf.reduce_sum(tf.where(error > 0, cost * error, -profit * error))
    # END SOLUTION


# %%
check("4.1.2", asymmetric_loss)

# %% [markdown] tags=["solution"]
# **Why.** `tf.where` decides for each day, and its gradient is that of the branch taken: `cost` for a forecast that
# is too high, `-profit` for one too low. With cost 1 and profit 9 a missing pot pulls nine times as hard as a wasted
# one, so training pushes forecasts up, until nine days in ten are too high. For positive prices
# `tf.maximum(cost * error, -profit * error)` is the same loss: each branch is negative where the other applies. The
# sum keeps the listing's scale; with a mean, the same learning rate would take steps 1/batch as long.

# %% [markdown]
# ## 4.1.3 Which quantile did you buy?
#
# *Core.* The shop must decide on one number of pots for every day. It has recorded twelve days. A pot too many costs
# 2, a missing pot 5.
#
# Predict which of the recorded numbers it should make: about the mean, 10.9, or more, and how much more? Then run.

# %% tags=["hide-output"]
sales = np.array([12, 7, 9, 15, 9, 11, 8, 20, 10, 9, 13, 8])
cost, profit = 2, 5
for pots in [*np.unique(sales), np.quantile(sales, 5 / 7)]:
    error = pots - sales
    lost = np.where(error > 0, cost * error, -profit * error).sum()
    enough = np.mean(sales <= pots)
    print(f"{pots:6.3f} pots: enough on {enough:4.0%}, {lost:7.3f} lost")

# %% [markdown]
# The last row is what `np.quantile` says when it is asked for 5/7 of these sales. It loses more than the best of the
# recorded numbers. <!-- no claim: exact --> On what share of the days is the best one enough, and what has that share
# to do with the prices? Change `cost` and `profit` and run the cell again until you can tell the best number before
# you see the losses.
#
# Write `best_constant(sales, cost, profit)`: of the numbers in `sales`, the one at which the loss over all days is
# least; if two lose the same, the smaller. `sales` is a NumPy array of shape (days,), whole numbers in float64, in any
# order; it stays as it is. The prices are positive numbers. You may measure, as the cell does, or use the rule that
# you found.

# %% [markdown] tags=["hint"]
# Make one pot more. On the days on which you already had enough you lose `cost` more; on the others `profit` less. Go
# up as long as that pays.

# %% [markdown] tags=["hint"]
# It stops paying at the first of the sorted sales that is enough on at least profit / (profit + cost) of the days. In
# the table that is 5/7, about 71%.

# %% [markdown] tags=["hint"]
# `np.quantile` has a `method`; one of them inverts the step function "share of days on which this number is enough".
# Or count: `np.sort`, then which place is the first with enough days?


# %%
def best_constant(sales, cost, profit):
    """Return the sale that loses least as a constant; of two, the smaller."""
    # BEGIN SOLUTION
    share = profit / (profit + cost)
    return np.quantile(sales, share, method="inverted_cdf")
    # END SOLUTION


# %%
check("4.1.3", best_constant)

# %% [markdown] tags=["solution"]
# **Why.** One pot more costs `cost` on the days that already had enough and saves `profit` on the others. With $F$
# the share of the days that have enough, the loss falls as long as
# $\text{cost} \cdot F < \text{profit} \cdot (1 - F)$, that is, $F < \text{profit} / (\text{profit} + \text{cost})$.
# It turns at the first recorded number where that fails: the loss is a chain of straight pieces with its corners at
# the sales. That number is the quantile, read off the days themselves. The default of `np.quantile` goes between two
# sales instead: an estimate for the distribution behind the days, not the answer of these twelve. Here 12 pots lose
# 110 and 11.857 pots lose 110.571. Where $F$ is hit exactly the loss is level up to the next sale, and every number
# between is as good; "the smaller" is a convention.

# %% [markdown]
# ## 4.1.4 Softmax twice
#
# *Core.* A network for ten classes ends in softmax, and its loss is computed from logits. That loss begins with a
# softmax of its own, so there are two.
#
# Predict the loss of a perfect output, 1 for the right class and 0 for the other nine. Then run; the rows differ in
# the probability that the right class gets, and the losses are in nats.

# %% tags=["hide-output"]
for right in (0.1, 0.5, 0.9, 0.999, 1.0):
    output = np.full((1, 10), (1 - right) / 9)
    output[0, 0] = right
    once = losses.cross_entropy(np.eye(10)[[0]], output) + 0.0
    twice = losses.softmax_cross_entropy([0], output)
    print(f"{right:5}: once {once:.6f}, twice {twice:.6f}")

# %% [markdown] tags=["seen"]
# With the second softmax the loss stops at 1.461150, however good the network. It is not softmax that stops it but
# the **range**: what reaches the loss lies between 0 and 1. A sigmoid left on the last layer does the same. A tanh,
# between -1 and 1, does it too: predict whether its floor is above 1.461 or below.

# %% [markdown]
# Write `lowest_loss(classes, low, high)`, an instrument for any last layer: the lowest softmax cross-entropy, in nats,
# that one example can have when each of its `classes` logits lies between `low` and `high`, which are floats. It
# returns a number. Measure it or use a formula.

# %% [markdown] tags=["hint"]
# You choose all logits. Where do you put the right class's, and where the others?

# %% [markdown] tags=["hint"]
# `losses.softmax_cross_entropy([0], logits)` measures one example, with `logits` a float array of shape (1, classes).

# %% [markdown] tags=["hint"]
# As a formula: the right class's probability is $e^{\text{high}}$ over the sum of all, and the sum has one term with
# `high` and `classes - 1` terms with `low`.


# %%
def lowest_loss(classes, low, high):
    """Return the lowest cross-entropy, in nats, of logits in [low, high]."""
    # BEGIN SOLUTION
    logits = np.full((1, classes), low, dtype=np.float64)
    logits[0, 0] = high
    return losses.softmax_cross_entropy([0], logits)
    # END SOLUTION


# %%
check("4.1.4", lowest_loss)

# %% [markdown] tags=["solution"]
# **Why.** The loss falls when the right logit rises and when any other falls, so the best is one `high` and the rest
# `low`: $\log(1 + (K - 1)\, e^{-(\text{high} - \text{low})})$ with $K$ classes. Only the width of the range counts.
# For ten classes, width 1 stops at 1.461150 and width 2, a tanh, at 0.796614, so its floor is
# lower. <!-- no claim: exact --> To come down to 0.01 takes a width of 6.8. When a training loss will not fall and
# the accuracy is fine, compute this number for the activation you suspect and compare. The cure is a last layer
# without activation.

# %% [markdown]
# ## 4.1.5 Port one line
#
# *Core.* The notes compute their cross-entropy with one line and average it with the next. `y_` holds one-hot answers,
# `y` the logits. Both lines still run on TensorFlow 2.
#
# The network of a later listing has a **single** output. Predict what the line says about its two examples, one
# answered 1 and one 0. Then run.

# %% tags=["hide-output"]
def notes_line(y_, y):
    ce = tf.nn.sparse_softmax_cross_entropy_with_logits(
        logits=y, labels=tf.argmax(y_, 1)
    )
    return tf.reduce_mean(ce)


single = tf.constant([[1.0], [0.0]]), tf.constant([[-5.0], [5.0]])
print(f"one output:    notes {notes_line(*single):.4f} nats")
three = tf.eye(3), tf.constant([[3.0, 1.0, 1.0], [1, 3, 1], [3, 1, 1]])
in_keras = keras.losses.CategoricalCrossentropy()(*three)
print(f"three outputs: notes {notes_line(*three):.4f} nats")
print(f"               Keras {in_keras:.4f} nats")

# %% [markdown]
# The network with one output is wrong on both examples, and its loss is 0. One number has one softmax, 1, and one
# arg-max, 0. With three outputs, the loss that Keras has for one-hot answers says something else than the notes; both
# numbers look like a loss. <!-- no claim: exact --> Which of the two is wrong? Work one example out by hand.
#
# Write `mean_cross_entropy(y_true, logits)` for float32 tensors of shape (batch, classes): answers one-hot, logits as
# the network returns them, and the result the **mean** over the batch, in nats, with a gradient with respect to
# `logits`. A single column raises `ValueError`, inside `tf.function` too.

# %% [markdown] tags=["hint"]
# In Keras's list of losses, "sparse" means class ids and "categorical" means one row per example, such as one-hot.

# %% [markdown] tags=["hint"]
# Keras takes the answers first, and it expects probabilities unless told: `from_logits`. Its loss *classes* average
# over the batch, its loss *functions* do not. A class makes a loss, which you then call.

# %% [markdown] tags=["hint"]
# `logits.shape[1]` is known while `tf.function` traces. Compare it with 1 before anything else.


# %%
def mean_cross_entropy(y_true, logits):
    """Return the mean cross-entropy, in nats, of one-hot answers."""
    # BEGIN SOLUTION
    if logits.shape[1] == 1:
        raise ValueError("softmax of a single score is always 1")
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    return loss(y_true, logits)
    # END SOLUTION


# %%
check("4.1.5", mean_cross_entropy)

# %% [markdown] tags=["solution"]
# **Why.** The notes turn one-hot answers into class ids only because the sparse function wants ids. The categorical
# loss takes the rows themselves, so the arg-max goes, and with it the chance to take it over the wrong axis: in
# TensorFlow `tf.argmax(y_)` runs down the batch. What has to be said is `from_logits=True`. Without it Keras takes
# the logits for probabilities, scales each row to sum 1 and clips, and most batches still get a finite, plausible
# number. The `ValueError` is for the case that no number would give away: with one output, loss and gradient are 0
# from the first step; Keras warns about it and goes on. One output needs a sigmoid, not a softmax.

# %% [markdown]
# ## 4.1.6 Cross-entropy that survives
#
# *Stretch.* Softmax, then the logarithm: that is the definition. In 64-bit numbers $e^z$ is infinite from $z = 710$
# on, and $1 + 10^{-17}$ is 1.
#
# The cell has three examples; class 0 is right in each. Predict where the definition, as written, is right: the loss
# of the second is 1000, that of the third $8.5 \cdot 10^{-18}$. The slope is the gradient with respect to the logit of
# class 1: softmax says 0.7054, 1 and $4.2 \cdot 10^{-18}$.

# %% tags=["hide-output"]
for name, scores in [
    ("ordinary", [1.0, 2.0, -1.0]),
    ("wrong by 1000", [0.0, 1000.0, 0.0]),
    ("right by 40", [40.0, 0.0, 0.0]),
]:
    z = tf.constant([scores], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(z)
        loss = -tf.math.log(tf.exp(z) / tf.reduce_sum(tf.exp(z)))[0, 0] + 0.0
    slope = tape.gradient(loss, z)[0, 1]
    print(f"{name:>13}: loss {loss:.4g}, slope {slope:.4g}")

# %% [markdown]
# Write `stable_cross_entropy(labels, logits)`: `labels` are class ids, int64 of shape (N,); `logits` are float64 of
# shape (N, K), with K at least 2. Return the mean over the examples, in nats, from `tf.exp`, `tf.math.log` or
# `tf.math.log1p`, and a maximum. Three things are asked of it:
#
# - no logit is too large or too small, as long as it is finite;
# - a tiny loss keeps its digits;
# - the gradient is (softmax - one-hot) / N everywhere, also where two logits are equal.
#
# The library's own `tf.nn.sparse_softmax_cross_entropy_with_logits` does two of the three.

# %% [markdown] tags=["hint"]
# With $z_m$ the largest logit, subtract $z_m$ from all: softmax does not change, and no exponent is above 0. The
# chapter has the formula under "From logits, and stably".

# %% [markdown] tags=["hint"]
# One term of $\sum_j e^{z_j - z_m}$ is exactly 1. Leave that one term out, and let `tf.math.log1p` add the 1. Which
# one is it when two logits tie? `tf.argmax` decides.

# %% [markdown] tags=["hint"]
# `tf.reduce_max` gives the right maximum, but where logits tie its gradient is shared among them. `tf.gather(logits,
# index, axis=1, batch_dims=1)` takes the maximum from one place, and its gradient goes there. `tf.one_hot(index, K,
# on_value=True, off_value=False)` marks that place for `tf.where`.


# %%
def stable_cross_entropy(labels, logits):
    """Return the mean cross-entropy, in nats; every digit of it counts."""
    # BEGIN SOLUTION
    top = tf.argmax(logits, axis=1)
    largest = tf.gather(logits, top, axis=1, batch_dims=1)
    right = tf.gather(logits, labels, axis=1, batch_dims=1)
    is_top = tf.one_hot(top, logits.shape[1], on_value=True, off_value=False)
    terms = tf.exp(logits - largest[:, tf.newaxis])
    rest = tf.reduce_sum(tf.where(is_top, tf.zeros_like(terms), terms), axis=1)
    return tf.reduce_mean(tf.math.log1p(rest) + (largest - right))
    # END SOLUTION


# %%
check("4.1.6", stable_cross_entropy)

# %% [markdown] tags=["solution"]
# **Why.** The largest term becomes $e^0 = 1$ and is not added but left to `log1p`, so a rest of $10^{-17}$ survives.
# It would be lost all the same in `log1p(rest) + largest - right`, added to 40 before 40 is subtracted: hence the
# parentheses. The place of the largest must be one place. A mask `logits == maximum` would drop both of two equal
# terms and call a coin toss certain. `tf.reduce_max` shares its gradient equally among logits that tie, while the sum
# leaves out only one: for three equal logits, class 1 right, the gradient comes out as [0.111, -0.556, 0.444] instead
# of [0.333, -0.667, 0.333]. Random logits never tie, so no random test sees it; a freshly initialized last layer of
# zeros ties on every example. Gathering both at the same index keeps value and gradient of one logit together.
# Another way avoids the maximum's gradient altogether: the loss is
# $\text{softplus}\big(\log \sum_{j \ne y} e^{z_j} - z_y\big)$, with `tf.math.reduce_logsumexp` over the wrong
# classes.

# %% [markdown]
# ## 4.1.7 Find the bug: the kiosk that is closed most
#
# *Stretch.* Kiosks open on different days, and their sales are kept in one table with a row for each. `is_open` tells
# which days count. A colleague wrote this loss, and training with it went well. Two months later someone noticed that
# the kiosks that open least always have the best forecasts. <!-- no claim: question -->
#
# Measure it where you know the result: each forecast is too high by exactly 2, so the mean squared error is 4.

# %%
def loss_with_a_bug(y_true, y_pred, is_open):
    squares = tf.square(y_pred - y_true) * tf.cast(is_open, tf.float32)
    return tf.reduce_mean(squares)


sold = tf.constant([[5.0, 6.0, 4.0, 5.0, 7.0, 9.0, 8.0]])
for days in (7, 4, 2, 1):
    is_open = tf.constant([[day < days for day in range(7)]])
    loss = loss_with_a_bug(sold, sold + 2, is_open)
    print(f"open {days} of 7 days: loss {loss:.4f}")

# %% [markdown]
# Find what is wrong before you write. There is also a second fault, which these numbers do not show: on closed days
# nothing was recorded, and in the real table they hold NaN.
#
# Write `open_days_error(y_true, y_pred, is_open)`, the loss that was meant: the mean of the squared errors over **all
# open days of all kiosks**, with a gradient with respect to `y_pred`. `y_true` and `y_pred` are float32 of shape
# (kiosks, days), `is_open` is boolean of the same shape and True at least once. A closed day may hold anything in
# `y_true`, NaN too, and must change neither the loss nor its gradient.

# %% [markdown] tags=["hint"]
# Multiply the printed numbers by 7. What does the listing divide by, and by what should it divide?

# %% [markdown] tags=["hint"]
# 0 · NaN is NaN, so a product cannot switch a NaN off. `tf.where` chooses, and so does `tf.boolean_mask`.

# %% [markdown] tags=["hint"]
# If the value is right and the gradient is NaN: going backward, `tf.where` multiplies the gradient of the branch that
# it did not take by 0. Nothing that is NaN may enter an operation that depends on `y_pred` and is undone only later:
# choose first, square then.


# %%
def open_days_error(y_true, y_pred, is_open):
    """Return the mean squared error over the open days."""
    # BEGIN SOLUTION
    errors = tf.boolean_mask(y_pred - y_true, is_open)
    return tf.reduce_mean(tf.square(errors))
    # END SOLUTION


# %%
check("4.1.7", open_days_error)

# %% [markdown] tags=["solution"]
# **Why.** The listing sums over the open days and divides by all of them. That is 4 times the share of open days: a
# number that looks like an error and is partly a calendar. Training went well, since dividing by 7 instead of 2 does
# not move the minimum; but it scales the step, and no two kiosks, batches or paddings can be compared. The same line
# averages sentences of different length, images with missing pixels, sequences padded to the longest.
# `tf.boolean_mask` keeps the open days only, so the mean counts them rightly. It stands before the square for the
# sake of the gradient: a difference passes a 0 back as it is, whatever it holds, but a square multiplies it by twice
# its NaN. With `tf.where` it is the same: `tf.where(is_open, y_pred - y_true, 0.0)`, then the square, and the sum
# divided by the number of open days. A weighted Keras loss has the listing's fault: it multiplies by `sample_weight`
# and divides by the number of elements.
