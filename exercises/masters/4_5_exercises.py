# %% [markdown] tags=["student"]
# # Exercises 4.5: the modular template
#
# *After this page you can say what each update of a training program sees, write its gradients by hand, stop and resume
# it to the bit, put its parts together in the right order, and find out by a measurement which of them does nothing.*
#
# Read [chapter 4.5](../book/4_5_modular_training.ipynb) first. Replace `raise NotImplementedError` by your code, run
# that cell, then run the check below it. A check says what differs, and names your mistake if it knows it. Open the
# hints one at a time, and predict before you look at what a cell prints. The
# [solutions](solutions/4_5_exercises.ipynb) are on a page of their own.

# %% [markdown] tags=["solution"]
# # Solutions 4.5: the modular template
#
# *One solution of each exercise, and why it works. Try the [exercises](../4_5_exercises.ipynb)
# of [chapter 4.5](../../book/4_5_modular_training.ipynb) first.*

# %%
from types import SimpleNamespace

from nnopt_course import datasets
from nnopt_course.checking import check

import numpy as np
import tensorflow as tf

# %% [markdown]
# ## 4.5.1 Who gets seen?
#
# *Warm-up.* The loops of the notes take rows `start` to `start + batch` of the data, with `start = (i * batch) % N` at
# update `i`. In their listings the batch divides the data. Here are 10 rows and batches of 4. Predict: after 500
# updates, how often has row 0 been used, and how often row 9?


# %%
def rows_of_notes(i):
    start = (i * 4) % 10
    return range(10)[start : start + 4]


def times_seen(rows_of, updates):
    counts = np.zeros(10, int)
    for i in range(updates):
        for row in rows_of(i):
            counts[row] += 1
    return counts


# %% tags=["hide-output"]
for i in range(6):
    print(f"update {i}: rows", *rows_of_notes(i))
print("times seen:", *times_seen(rows_of_notes, 500))

# %% [markdown]
# A slice that runs over the end is cut short, without a word. So the first rows are used half as often as the others,
# in every round, and no loss tells you.
#
# Write `rows_of_update(i, examples, batch_size)`. It returns the row numbers of update `i`, counted from 0: always
# `batch_size` of them, in the order in which they are reached. Update 0 starts at row 0, each later update goes on
# behind the last row of the one before, and behind the last row of the data comes row 0. `batch_size` is at most
# `examples`. When your check passes, count again, with yours:
# `print(*times_seen(lambda i: rows_of_update(i, 10, 4), 500))`.

# %% [markdown] tags=["hint"]
# Write the data down again and again, as one endless row of numbers: 0, 1, ..., 9, 0, 1, ... Where in it does update
# `i` begin, and where does it end?

# %% [markdown] tags=["hint"]
# Counted in that endless row, update `i` begins at place `i * batch_size`. Which row of the data stands at place 13?

# %% [markdown] tags=["hint"]
# `%` works on a whole NumPy array. Take it of every place, not of the first one only.


# %%
def rows_of_update(i, examples, batch_size):
    """Return the rows that update i sees."""
    # BEGIN SOLUTION
    places = i * batch_size + np.arange(batch_size)
    return places % examples
    # END SOLUTION


# %%
check("4.5.1", rows_of_update)

# %% tags=["solution"]
counts = times_seen(lambda i: rows_of_update(i, 10, 4), 500)
print("times seen:", *counts)

# %% [markdown] tags=["solution"]
# **Why.** 500 batches of 4 are 2000 places, and 2000 places are 200 times through 10 rows. With `%` taken of every
# place, no place is lost at the end of the data, so each row is used 200 times. The slice takes `%` of the first place
# only. In its rounds of five updates one batch has 2 rows: 18 places, and the two that are lost are those that rows 0
# and 1 would have had. The mean over such a short batch also gives its rows twice the weight. Two more ways out are
# common: leave out the last rows of each round (`drop_remainder`), which is fair only if every round has another order,
# or let the last batch be short. `nnopt_course.training` goes round the end, as you did.

# %% [markdown]
# ## 4.5.2 No more collections
#
# *Warm-up.* In the notes `get_weight` puts a penalty into the collection `losses`, and the loss adds up what it finds
# there. That is fine for one network. The cell below makes a network with one weight matrix, then another one, then the
# first again, say after a cell of a notebook was run twice. The penalties are 0.1 times half the sum of squares: 0.25
# for the first, 0.45 for the second. Predict the four sums.

# %% tags=["hide-output"]
v1 = tf.compat.v1


def penalty_of_notes(values):
    weight = v1.Variable(values)
    v1.add_to_collection("losses", 0.1 * tf.nn.l2_loss(weight))
    return tf.add_n(v1.get_collection("losses"))


with tf.Graph().as_default(), v1.Session() as session:
    for name, values in [("first", [1.0, 2.0]), ("second", [3.0, 0.0])] * 2:
        found = penalty_of_notes(values)
        session.run(v1.global_variables_initializer())
        print(f"{name:>6} network: penalty {session.run(found):.2f}")

# %% [markdown]
# The collection belongs to the graph, not to the network. Everyone who asks gets everything that anybody put in.
#
# Write `total_loss(data_loss, parameters, strength)`. `data_loss` is a number in a float64 tensor; `parameters` is the
# list of one network's float64 tensors, $W_1, b_1, W_2, b_2, \dots$, where a $W$ has shape (inputs, outputs) and a $b$
# has shape (outputs,). Return `data_loss` plus `strength` times half the sum of the squares of all **weights**; biases
# pay nothing. The result is a tensor with a gradient with respect to the weights.

# %% [markdown] tags=["hint"]
# Everything that the penalty needs is among the arguments. Nothing outside of the function has to be remembered.

# %% [markdown] tags=["hint"]
# Weights and biases take turns. `parameters[::2]` is every second one, from the first on.

# %% [markdown] tags=["hint"]
# `tf.nn.l2_loss(w)` is half the sum of the squares of `w`. Add up over the weights in a variable that begins at
# `data_loss`.


# %%
def total_loss(data_loss, parameters, strength):
    """Return the data loss plus the penalty of these parameters."""
    # BEGIN SOLUTION
    total = data_loss
    for weight in parameters[::2]:
        total = total + strength * tf.nn.l2_loss(weight)
    return total
    # END SOLUTION


# %%
check("4.5.2", total_loss)

# %% tags=["solution"]
nothing, bias = tf.constant(0.0, tf.float64), tf.zeros(1, tf.float64)
for name, values in [("first", [1.0, 2.0]), ("second", [3.0, 0.0])] * 2:
    weight = tf.constant(values, tf.float64)[:, None]
    found = total_loss(nothing, [weight, bias], 0.1)
    print(f"{name:>6} network: penalty {found:.2f}")

# %% [markdown] tags=["solution"]
# **Why.** An argument reaches the function that you give it to, and a local variable ends with the call. So the first
# network pays the same before and after the second was made. A list outside of the function, or as a default argument
# (`losses=[]`, which is made once), is a collection again: it grows with each call. The graph of the notes summed 0.25,
# 0.70, 0.95 and 1.40. Keras has its own collection, `model.losses`, one for each model and made anew in each call; what
# an own loop must not forget is to add it.

# %% [markdown]
# ## 4.5.3 Count the traces
#
# *Core.* `tf.function` runs your Python code once, to write down its operations, and from then on runs what is written
# down. That first run is a **trace**. It takes the time of many updates. Adding 1 to a Python number is no TensorFlow
# operation, so it happens while tracing only, and counts traces.
#
# Each loop below calls the same update four times. Predict how often it is traced in each.


# %%
class Counted:
    traces = 0

    def __call__(self, w, batch, rate, step):
        self.traces += 1
        return w - rate * tf.reduce_mean(2 * (w - batch))


# %% tags=["hide-output"]
w, batch = tf.constant(5.0, tf.float64), tf.range(3, dtype=tf.float64)
rates = [0.4, 0.3, 0.2, 0.1]
for name, calls in {
    "always the same": [(batch, 0.1, 0)] * 4,
    "steps 0, 1, 2, 3": [(batch, 0.1, step) for step in range(4)],
    "rates that fall": [(batch, rate, 0) for rate in rates],
    "batches of 3, 3, 3, 1": [(batch[:n], 0.1, 0) for n in (3, 3, 3, 1)],
}.items():
    update = Counted()
    graph = tf.function(update)
    for call in calls:
        graph(w, *call)
    print(f"{name:>21}: traced {update.traces}x")

# %% [markdown]
# A Python number is a constant of the trace; a new number needs a new trace. A loop of 40000 updates with a Python
# integer as its step traces 40000 times.
#
# Write `compiled(update)`. `update(w, batch, rate, step)` is plain Python with TensorFlow operations, as above.
# `compiled` is called once, before the loop, and returns a function that the loop calls with the same four arguments:
# `w`, a float64 tensor of shape (); `batch`, a float64 tensor of shape (n,), where n differs from call to call; `rate`,
# a Python float; `step`, a Python integer. It returns the new `w`, and `update` is traced **once**, whatever the
# numbers.

# %% [markdown] tags=["hint"]
# `tf.constant(step)` in the loop, or around the call, makes a tensor of a Python number: two steps are then the same
# kind of thing. That settles `rate` and `step`. What about `batch`?

# %% [markdown] tags=["hint"]
# `tf.function(update, input_signature=[...])` takes a `tf.TensorSpec(shape, dtype)` for each argument. What is handed
# over becomes such a tensor, Python numbers too.

# %% [markdown] tags=["hint"]
# The shape of a single number is `()`. In a shape, `None` stands for any size.


# %%
def compiled(update):
    """Return update as a function that is traced once."""
    # BEGIN SOLUTION
    number, step = tf.TensorSpec((), tf.float64), tf.TensorSpec((), tf.int64)
    batch = tf.TensorSpec((None,), tf.float64)
    return tf.function(update, input_signature=[number, batch, number, step])
    # END SOLUTION


# %%
check("4.5.3", compiled)

# %% [markdown] tags=["solution"]
# **Why.** `tf.function` keeps one trace for each *kind* of input. For a tensor the kind is dtype and shape, for a
# Python number it is the number itself, because Python code could do anything with it, such as `if step == 3`. An
# `input_signature` fixes the kind: there is one, so there is one trace, and whatever does not fit is an error in place
# of a silent trace. Two more lines look alike and are not: a `tf.function` made inside the loop is a new one each time,
# with no traces yet; and a `rate` that the function reads from outside, as a global or from the surrounding function,
# is built into the trace. It never changes again: the clock that never ticks, once more.

# %% [markdown]
# ## 4.5.4 Backward by hand
#
# *Core.* A network with one hidden layer and a loss:
#
# $$ \begin{aligned}
# Z &= X W_1 + b_1, \quad H = \max(Z, 0) \\
# \hat Y &= H W_2 + b_2 \\
# L &= \frac{1}{N K} \sum_{i=1}^{N} \sum_{k=1}^{K} (\hat y_{ik} - y_{ik})^2
# \end{aligned} $$
#
# with $N$ examples and $K$ outputs. In the cell there are four examples and two hidden neurons. The second one is
# **dead**: its $z$ is negative at every example. Predict which numbers of the four gradients are 0.

# %% tags=["hide-output"]
x = np.array([[1.0, 2.0], [2.0, 1.0], [0.5, 1.0], [1.0, 0.0]])
y = np.array([[1.0], [2.0], [0.0], [1.0]])
w1, b1 = np.array([[1.0, -1.0], [0.5, -2.0]]), np.array([0.1, -0.5])
w2, b2 = np.array([[0.5], [3.0]]), np.array([0.2])
parameters = [tf.constant(values) for values in (w1, b1, w2, b2)]
with tf.GradientTape() as tape:
    tape.watch(parameters)
    hidden = tf.nn.relu(x @ parameters[0] + parameters[1])
    output = hidden @ parameters[2] + parameters[3]
    loss = tf.reduce_mean((output - y) ** 2)
names = ["W1", "b1", "W2", "b2"]
by_tape = tape.gradient(loss, parameters)
for name, slope in zip(names, by_tape, strict=True):
    print(f"{name}, {slope.shape}:", *np.round(slope, 6).ravel() + 0.0)

# %% [markdown]
# Nothing that leads into the dead neuron has a gradient, and nothing that leads out of it, though its weight is the
# largest of all. No update will ever revive it.
#
# Write `gradients(w1, b1, w2, b2, x, y)` in NumPy, without a tape. The arguments are float64 arrays of shapes (inputs,
# hidden), (hidden,), (hidden, outputs), (outputs,), (examples, inputs) and (examples, outputs), with any numbers of
# them. Return the gradients of $L$ with respect to `w1`, `b1`, `w2`, `b2`, in this order. ReLU's slope at exactly 0 is
# 0.

# %% [markdown] tags=["hint"]
# Work from the end. The slope of $L$ at output $\hat y_{ik}$ is $2 (\hat y_{ik} - y_{ik}) / (N K)$. Call the array of
# these `d_out`; it has the shape of `y`.

# %% [markdown] tags=["hint"]
# $W_2$ multiplies `hidden`, so its gradient is made of `hidden` and `d_out`. Only one product of the two has the shape
# of $W_2$. The bias is added to every example, so its gradient adds up over the examples.

# %% [markdown] tags=["hint"]
# On the way back to $Z$: the slope at `hidden` is `d_out @ w2.T`, and ReLU lets it through where $z > 0$. From there,
# $W_1$ and $b_1$ are as $W_2$ and $b_2$, with `x` in the place of `hidden`.


# %%
def gradients(w1, b1, w2, b2, x, y):
    """Return the gradients of the mean squared error."""
    # BEGIN SOLUTION
    z = x @ w1 + b1
    hidden = np.maximum(z, 0)
    d_out = 2 * (hidden @ w2 + b2 - y) / y.size
    d_z = (d_out @ w2.T) * (z > 0)
    return x.T @ d_z, d_z.sum(axis=0), hidden.T @ d_out, d_out.sum(axis=0)
    # END SOLUTION


# %%
check("4.5.4", gradients)

# %% tags=["solution"]
by_hand = gradients(w1, b1, w2, b2, x, y)
for name, slope in zip(names, by_hand, strict=True):
    print(f"{name}, {slope.shape}:", *np.round(slope, 6).ravel() + 0.0)

# %% [markdown] tags=["solution"]
# **Why.** The chain rule goes back through what was computed forward, each step with the slope of that step. A product
# $H W_2$ sends a slope $D$ to its two factors as $D W_2^\top$ and $H^\top D$; the shapes leave no other choice. A sum
# sends it on as it is, and what was spread over the examples, a bias, collects the slopes of all of them. ReLU
# multiplies by 1 or 0. So a neuron that is 0 everywhere sends nothing to $W_1$ and $b_1$, because of the 0 of ReLU, and
# nothing to its row of $W_2$, because $H$ is 0 there. The division by $N K$ happens once, at the end of the network,
# and every gradient inherits it: that is why a bias takes the sum and not another mean.

# %% [markdown]
# ## 4.5.5 Resume exactly
#
# *Core.* Here is a training program for one weight, with everything in it: Adam, a staircase schedule, a moving average
# with warmup, and data taken in turn. Step `step` is the update number, counted from 0.


# %%
def adam(w, m, v, gradient, rate, step):
    """Return the new weight and the new slots of update step."""
    m = 0.9 * m + 0.1 * gradient
    v = 0.99 * v + 0.01 * gradient**2
    m_hat = m / (1 - 0.9 ** (step + 1))
    v_hat = v / (1 - 0.99 ** (step + 1))
    return w - rate * m_hat / (v_hat**0.5 + 1e-8), m, v


# %%
def trained(start, data, updates):
    w, shadow, m, v = start, start, 0.0, 0.0
    for step in range(updates):
        gradient = 2 * (w - data[step % len(data)])
        rate = 0.5 * 0.9 ** (step // 3)
        w, m, v = adam(w, m, v, gradient, rate, step)
        decay = min(0.99, (1 + step) / (10 + step))
        shadow = decay * shadow + (1 - decay) * w
    return w, shadow


# %% [markdown]
# Stop after 4 updates, keep the weight, and train 3 more. How many numbers would you have had to keep? Predict, before
# you run the cell, whether weight and average come out as after 7 updates without a stop.

# %% tags=["hide-output"]
data = [1.0, -2.0, 4.0, 0.5, 3.0]
whole = trained(5.0, data, 7)
w, _ = trained(5.0, data, 4)
resumed = trained(w, data, 3)
for name, (w, shadow) in [("7 updates", whole), ("4 + 3", resumed)]:
    print(f"{name:>9}: weight {w:.6f}, average {shadow:.6f}")

# %% [markdown]
# Write `resumable(start, data, updates, state=None)`. Without a state it begins at `start` and makes `updates` updates,
# as `trained` does. With one, it goes on where the call that returned that state had stopped, and makes `updates`
# **more**; `start` then means nothing. It returns three things: the weight, its average, and a new state, in a form
# that you choose. Stopping must not change a single bit, and a state can be used twice. (The check copies each
# state, as writing it to a file would, and hands over another `start` with it.)

# %% [markdown] tags=["hint"]
# Go through the loop of `trained` line by line. Which names on the right-hand side have a value that an earlier update
# made?

# %% [markdown] tags=["hint"]
# They are five. One of them is read in four places: for the batch, the rate, Adam and the average.

# %% [markdown] tags=["hint"]
# A tuple `(step, w, shadow, m, v)` is a good state: it cannot be changed by accident. The loop then runs over
# `range(step, step + updates)`. Which step is the next one, at the end?


# %%
def resumable(start, data, updates, state=None):
    """Return weight, average and state after more updates."""
    # BEGIN SOLUTION
    done, w, shadow, m, v = state or (0, start, start, 0.0, 0.0)
    for step in range(done, done + updates):
        gradient = 2 * (w - data[step % len(data)])
        rate = 0.5 * 0.9 ** (step // 3)
        w, m, v = adam(w, m, v, gradient, rate, step)
        decay = min(0.99, (1 + step) / (10 + step))
        shadow = decay * shadow + (1 - decay) * w
    return w, shadow, (done + updates, w, shadow, m, v)
    # END SOLUTION


# %%
check("4.5.5", resumable)

# %% tags=["solution"]
*half, state = resumable(5.0, data, 50)
*end, _ = resumable(5.0, data, 50, state)
print("the state holds:", len(state), "numbers")
print("50 + 50 equals 100 in every bit:", tuple(end) == trained(5.0, data, 100))

# %% [markdown] tags=["solution"]
# **Why.** An update is a function of what it reads. Here that is the data and five values: the weight, two slots, the
# average, and the step. Keep these five as they are, and the next update cannot know that there was a stop. The step is
# the one that gets lost, because it looks like a loop's counter and is the clock of everything: it chooses the batch,
# the rate, Adam's bias correction and the warmup of the average. A test with 50 + 50 updates can miss a lost batch
# position: with 5 numbers as data, the 51st update begins a round anyway. That is why the check stops after 4, and why
# you should stop your own programs at odd places. With shuffled data the state of the random numbers, or their seed and
# the step, belongs to the state too.

# %% [markdown]
# ## 4.5.6 Assemble the template
#
# *Stretch.* A loop gets its parts from outside: `parts.loss(w, batch)`, `parts.penalty(w)` and its factor
# `parts.strength`, `parts.schedule(step)`, which gives the rate, and `parts.average(shadow, w, step)`, which returns
# the new shadow. The loop below calls them all, and logs the total loss.


# %%
log = []


def sloppy(parts, w, batches, updates):
    rate, shadow = parts.schedule(0), w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = parts.loss(w, batches[step % len(batches)])
        log.append(loss + parts.strength * parts.penalty(w))
        parts.average(shadow, w, step)
        w = w - rate * tape.gradient(loss, w)
    return w, shadow


# %%
def parts_with(strength=0.1, factor=0.9, decay=0.5):
    return SimpleNamespace(
        loss=lambda w, batch: tf.reduce_sum((w - batch) ** 2),
        penalty=tf.nn.l2_loss,
        strength=strength,
        schedule=lambda step: 0.2 * factor**step,
        average=lambda s, w, step: decay * s + (1 - decay) * w,
    )


# %% [markdown]
# The chapter's test is to turn a switch and to look whether a bit changes. Predict the three lines before you run the
# cell.


# %%
start, batches = tf.constant([4.0, -2.0], tf.float64), [1.0, 0.5]


def what_changes(loop):
    normal = loop(parts_with(), start, batches, 6)
    for change in ({"strength": 1.0}, {"factor": 0.5}, {"decay": 0.9}):
        other = loop(parts_with(**change), start, batches, 6)
        moved = [np.any(normal[i] != other[i]) for i in (0, 1)]
        print(f"{next(iter(change)):>8}: weight {moved[0]},", end=" ")
        print(f"average {moved[1]}")


# %% tags=["hide-output"]
sloppy(parts_with(), start, batches, 6)
print("total losses:", *[f"{value:.2f}" for value in log])
what_changes(sloppy)

# %% [markdown]
# None of the three switches is connected to anything. Write `assembled(parts, w, batches, updates)`, the loop in which
# all are. `w` is a float64 tensor of any shape, `batches` a list. Update `step`, counted from 0:
#
# 1. takes batch `step % len(batches)`, and the rate that the schedule has for `step`;
# 2. moves the weight against the gradient of the data loss plus `strength` times penalty;
# 3. then lets the average see the new weight, at this `step`.
#
# The shadow starts at the start, and only watches. Return the last weight and its shadow. When your check passes, run
# `what_changes(assembled)`.

# %% [markdown] tags=["hint"]
# Find out for each line of `sloppy` who uses its result. Three results are used by nobody, or too early.

# %% [markdown] tags=["hint"]
# What is computed outside of the `with` block, the tape does not see. And `tape.gradient(a, w)` differentiates `a`, not
# what you compute from `a` later.

# %% [markdown] tags=["hint"]
# `parts.average` changes nothing by itself: it returns the new shadow. Which weight must exist before you call it?


# %%
def assembled(parts, w, batches, updates):
    """Return the weight and its average after training with all parts."""
    # BEGIN SOLUTION
    shadow = w
    for step in range(updates):
        with tf.GradientTape() as tape:
            tape.watch(w)
            loss = parts.loss(w, batches[step % len(batches)])
            total = loss + parts.strength * parts.penalty(w)
        w = w - parts.schedule(step) * tape.gradient(total, w)
        shadow = parts.average(shadow, w, step)
    return w, shadow
    # END SOLUTION


# %%
check("4.5.6", assembled)

# %% tags=["solution"]
what_changes(assembled)

# %% [markdown] tags=["solution"]
# **Why.** Four lines have moved or changed. The penalty stands inside the tape, and the total is what is
# differentiated. The rate is asked in the loop. The average comes after the update, and its result is kept. You have
# met all of these faults: the clock that never ticks in [chapter 4.2](../../book/4_2_learning_rate.ipynb), the penalty
# without a gradient in [chapter 4.4](../../book/4_4_regularization.ipynb), the average that nobody updates in
# [chapter 4.5](../../book/4_5_modular_training.ipynb). In none of them does the loss stop falling. The last table shows
# what each part must reach: strength and rate change the weight, and through it the average; the decay of the average
# changes the average and must not touch the weight.

# %% [markdown]
# ## 4.5.7 Find the bug: a test set that talks
#
# *Stretch.* A program scales its inputs before training, so that each column has mean 0 and standard deviation 1; the
# last rows are held out. Then it trains a linear neuron and measures its loss on the rows held out. Here is the
# listing.


# %%
def listing(x, test_examples):
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    return x[:-test_examples], x[-test_examples:]


def weights_after(x, y, updates=20):
    w = np.zeros(x.shape[1])
    for _ in range(updates):
        w = w - 0.1 * 2 / len(x) * x.T @ (x @ w - y)
    return w


# %% [markdown]
# The rows held out are there to judge the training. Here is what is done to them: in the very last row somebody types
# both numbers 100 times too large. Predict what changes: the training rows, the trained weights, the loss on the
# *other* rows held out?

# %%
x, y = datasets.yogurt()
y = y[:, 0] - y[:-8].mean()  # of the days to train on


# %% tags=["hide-output"]
def report(prepare):
    print("              spread of training rows    loss")
    for name, factor in [("clean", 1), ("typing error", 100)]:
        typed = np.array(x)
        typed[-1] *= factor
        train, test = prepare(typed, 8)
        w = weights_after(train, y[:-8])
        loss = np.mean((test[:-1] @ w - y[-8:-1]) ** 2)
        spread = "  ".join(f"{each:.3f}" for each in train.std(axis=0))
        print(f"{name:>12}  {spread:>23}  {loss:.4f}")


report(listing)

# %% [markdown]
# A row that nobody trains on has changed what is trained. Where does it get in?
#
# Write `prepared(x, test_examples)` without that bug. `x` is a float64 array of shape (examples, columns), the last
# `test_examples` rows are held out. Return the training rows and the rows held out, both scaled. By the training rows'
# own measure, each of their columns then has mean 0 and standard deviation 1 (`np.std`). A column that is constant
# among the training rows has standard deviation 0; subtract its mean and divide by 1. Leave `x` itself as it is. When
# your check passes, run `report(prepared)`.

# %% [markdown] tags=["hint"]
# Which numbers does the listing compute from `x`, and from which rows?

# %% [markdown] tags=["hint"]
# Split first. Then there are two means and two standard deviations that you could take for the rows held out. The
# network was trained on numbers scaled by one of them. Which one makes a given day look the same to it as before?

# %% [markdown] tags=["hint"]
# `np.where(spread == 0, 1.0, spread)` puts 1 in place of 0, and leaves the others.


# %%
def prepared(x, test_examples):
    """Return the training rows and the rows held out, scaled."""
    # BEGIN SOLUTION
    train, test = x[:-test_examples], x[-test_examples:]
    mean, spread = train.mean(axis=0), train.std(axis=0)
    spread = np.where(spread == 0, 1.0, spread)
    return (train - mean) / spread, (test - mean) / spread
    # END SOLUTION


# %%
check("4.5.7", prepared)

# %% tags=["solution"]
report(prepared)

# %% [markdown] tags=["solution"]
# **Why.** Mean and standard deviation are parameters that were fitted to data, as the weights are, and they were fitted
# to all rows. So the rows held out took part in the training, and the loss measured on them is not that of rows never
# seen. Often the harm is small and invisible, and that is what makes it hard to find; the typing error is a loud voice,
# put there to be heard. (Here the clean rows pay too: with the mean of all rows, the training rows do not have mean 0,
# and this neuron has no bias to make up for it.) After the repair the typing error changes nothing but its own row. The
# rows held out are scaled by the mean and spread of the training rows, so a day has the same numbers wherever it
# stands: scaled by their own, they would tell each other's secrets, and a single new day could not be scaled at all.
# The test is the one of the chapter: **change what must not matter, and look whether a bit changes.**
