"""The standard library's bisection, over a grid of rates that is never written out."""

import bisect
import math


class Grid:
    def __init__(self, growth, low, step):
        self.growth, self.low, self.step = growth, low, step

    def __getitem__(self, place):
        return not self.growth(self.low + place * self.step) < 1


def find_edge(growth, low, high, tolerance):
    places = math.ceil((high - low) / tolerance)
    grid = Grid(growth, low, (high - low) / places)
    return low + (bisect.bisect_left(grid, True, 1, places) - 1) * grid.step
