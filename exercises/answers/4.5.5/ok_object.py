"""The state is an object that trains a copy of itself."""

import copy


class Run:
    def __init__(self, start):
        self.step, self.w, self.shadow, self.m, self.v = 0, start, start, 0.0, 0.0

    def update(self, data):
        t = self.step + 1
        g = 2 * (self.w - data[self.step % len(data)])
        self.m += 0.1 * (g - self.m)
        self.v += 0.01 * (g * g - self.v)
        rate = 0.5 * 0.9 ** (self.step // 3)
        self.w -= rate * (self.m / (1 - 0.9**t)) / ((self.v / (1 - 0.99**t)) ** 0.5 + 1e-8)
        d = min(0.99, t / (t + 9))
        self.shadow = d * self.shadow + (1 - d) * self.w
        self.step = t


def resumable(start, data, updates, state=None):
    run = copy.copy(state) if state else Run(start)
    for _ in range(updates):
        run.update(data)
    return run.w, run.shadow, run
