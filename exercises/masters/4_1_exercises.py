# %% [markdown] tags=["student"]
# # Exercises 4.1: loss functions
#
# *After this page you can write a loss that refuses wrong shapes, and one that charges two prices.*
#
# Read [chapter 4.1](../book/4_1_loss_functions.ipynb) first. Replace `raise NotImplementedError` by your code, run
# that cell, then run the check below it. A check says what differs, and names your mistake if it knows it. Open the
# hints one at a time. The [solutions](solutions/4_1_exercises.ipynb) are on a page of their own.

# %% [markdown] tags=["solution"]
# # Solutions 4.1: loss functions
#
# *One solution of each exercise, and why it works. Try the [exercises](../4_1_exercises.ipynb) first.*

# %%
from nnopt_course.checking import check

import tensorflow as tf

# %% [markdown]
# ## 4.1.1 A perfect forecast with loss 2.5
#
# Four days sold 1, 2, 3 and 4 pots of yogurt, and the network predicted exactly 1, 2, 3 and 4. A network returns a
# column of shape (4, 1); the answers came out of a file as a row of shape (4,).
#
# Predict the mean squared error. Then run the cell.

# %%
y_true = tf.constant([1.0, 2.0, 3.0, 4.0])
y_pred = tf.constant([[1.0], [2.0], [3.0], [4.0]])
squares = tf.square(y_true - y_pred)
print("shapes:", y_true.shape, "and", y_pred.shape)
print("shape of the squares:", squares.shape)
print("mean squared error:", float(tf.reduce_mean(squares)))

# %% [markdown]
# TensorFlow *broadcast* the two shapes to (4, 4): every answer met every prediction, 16 pairs instead of 4. No warning,
# and the loss even has a gradient: training on it pulls every forecast toward the mean of all answers.
#
# Write `mean_squared_error(y_true, y_pred)` for float tensors. It returns the mean of the squared errors over the batch
# when the two shapes are equal, and raises `ValueError` when they are not. Inside `tf.function` the batch size may be
# unknown (`None`); what is known of the shapes must be checked there too.

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
# A pot that nobody buys costs the shop `cost`; a pot that was missing costs it `profit`.
#
# | the forecast is | loss of that day |
# |---|---|
# | too high, $\hat y > y$ | `cost` $\cdot\,(\hat y - y)$ |
# | too low, $\hat y < y$ | `profit` $\cdot\,(y - \hat y)$ |
#
# Write `asymmetric_loss(y_true, y_pred, cost, profit)` for float32 tensors of shape (batch, 1): the **sum** over the
# batch, as in the course's listing, with a gradient with respect to `y_pred`. Shapes that differ raise `ValueError`,
# inside `tf.function` too.
#
# Before you write, predict: with cost 1 and profit 9, does training push a forecast up or down?

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
# `tf.maximum(cost * error, -profit * error)` is the same loss: each branch is negative where the other applies. The sum
# keeps the listing's scale; with a mean, the same learning rate would take steps 1/batch as long.
