"""Exercise "Which quantile did you buy?": the best constant number of pots, one of the sales that were recorded."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nnopt_course.checking.core import Exercise, Mistake, Probe
from nnopt_course.checking.observing import Answer, Look


def shop(sales: Sequence[float], cost: float, profit: float) -> Look:
    """Look at the constant chosen for these sales and prices; the array is read-only."""
    array = np.array(sales, np.float64)
    array.setflags(write=False)
    return lambda answer: answer(array, cost, profit)


def days_changed(sales: Sequence[float], cost: float, profit: float) -> Look:
    """Look at how many days of the caller's array are not what they were before."""
    before = np.array(sales, np.float64)
    array = before.copy()

    def look(answer: Answer) -> int:
        array[:] = before
        answer(array, cost, profit)
        return np.count_nonzero(array != before)

    return look


UNSORTED = days_changed((9, 4, 6), 2, 5)

# Ties between two sales and none, at all kinds of prices; repeated sales; shares that rules round to different days.
SHOPS = (
    shop((4, 9, 1, 7, 3), 2, 3),
    shop((10, 2, 8, 2, 2, 30), 1, 4),
    shop((5, 11, 6, 20, 13, 12, 40), 5, 2),
    shop((3, 1, 8, 14), 1, 4),
    shop((6, 1, 9, 4, 15), 3, 3),
    shop((7, 3, 5), 4, 1),
)


def _losses(sales: np.ndarray, cost: float, profit: float) -> np.ndarray:
    """Return the loss over all days for each of the sales, taken as the constant."""
    error = np.subtract.outer(sales, sales)
    return np.where(error > 0, cost * error, -profit * error).sum(axis=1)


def _measured(sales: np.ndarray, cost: float, profit: float) -> float:
    """Return the smallest sale that loses least, by trying all of them; whole numbers make it exact."""
    ordered = np.sort(sales)
    return ordered[np.argmin(_losses(ordered, cost, profit))]


def probes(rng: np.random.Generator) -> Iterator[Probe]:
    """Yield cases to be worked out by hand, ties, then random sales."""

    def case(sales: Sequence[float], cost: float, profit: float, best: float, why: str = "") -> Probe:
        says = f"sales {', '.join(f'{pots:g}' for pots in sales)} at cost {cost:g}, profit {profit:g}"
        return Probe(says, shop(sales, cost, profit), best, why)

    yield Probe(
        "sales 9, 4, 6 at cost 2, profit 5: the number of days that your function changes in the array", UNSORTED, 0
    )
    yield case([7, 7], 2, 5, 7, "7 pots are enough on both days: a loop that looks for enough days must stop there.")
    yield case([10, 2, 8, 2, 2, 30], 1, 4, 10, "10 pots lose 46 over these days. What does yours lose?")
    yield case([3, 1, 8, 14], 2, 1, 3, "3 pots lose 20 over these days. What does yours lose?")
    tie = "4 and 7 pots both lose 24 over these days, and so does any number between. Asked for is the smaller sale."
    yield case([4, 9, 1, 7, 3], 2, 3, 4, tie)
    yield case([5, 11, 6, 20, 13, 12, 40], 5, 2, 6, "6 and 11 pots lose the same. Asked for is the smaller sale.")
    few = "3 pots are enough on a third of the days, and the prices ask for a fifth."
    yield case([7, 3, 5], 4, 1, 3, few)
    for cost, profit in [(1, 9), (8, 3), (0.5, 2.25)]:
        sales = rng.integers(0, 60, size=23).astype(np.float64)
        best = _measured(sales, cost, profit)
        why = f"{best:g} pots lose {_losses(sales, cost, profit).min():g} over these days. What does yours lose?"
        yield Probe(f"23 random sales at cost {cost:g}, profit {profit:g}", shop(sales, cost, profit), best, why)


def _sale_at(place: Callable[[int, float], float]) -> Callable[..., float]:
    """Return an answer that takes the sale at one place of the sorted sales, counted from 0."""

    def answer(sales: np.ndarray, cost: float, profit: float) -> float:
        return np.sort(sales)[int(place(len(sales), profit / (profit + cost)))]

    return answer


def _sorting_in_place(sales: np.ndarray, cost: float, profit: float) -> float:
    sales.sort()
    return _measured(sales, cost, profit)


def _place_in_unique(sales: np.ndarray, cost: float, profit: float) -> int:
    error = np.subtract.outer(np.unique(sales), sales)
    return np.argmin(np.where(error > 0, cost * error, -profit * error).sum(axis=1))


def _middle_of_the_best(sales: np.ndarray, cost: float, profit: float) -> float:
    losses = _losses(sales, cost, profit)
    best = sales[losses == losses.min()]
    return (best.min() + best.max()) / 2


def _share_of_the_range(sales: np.ndarray, cost: float, profit: float) -> float:
    return sales.min() + profit / (profit + cost) * np.ptp(sales)


EXERCISE = Exercise(
    function="best_constant",
    probes=probes,
    mistakes=(
        Mistake(
            "array_changed",
            "You sort the caller's array, as sales.sort() does: its days are out of order now. Sort a copy: np.sort.",
            _sorting_in_place,
            (UNSORTED,),
        ),
        Mistake(
            "cost_and_profit_swapped",
            "You charge `profit` for each pot too many and `cost` for each pot missing: swap them.",
            lambda sales, cost, profit: _measured(sales, profit, cost),
            SHOPS,
        ),
        Mistake(
            "default_quantile",
            "You found the share; np.quantile, as it is, goes between two sales. Choose its `method`, or count days.",
            lambda sales, cost, profit: np.quantile(sales, profit / (profit + cost)),
            SHOPS,
        ),
        Mistake(
            "gaps_not_days",
            "You take a share of the n - 1 gaps between sales, as np.quantile's method 'lower' does. Count the n days.",
            _sale_at(lambda n, share: share * (n - 1)),
            SHOPS,
        ),
        Mistake(
            "share_rounded_down",
            "Your sale is enough on too few days: the share of the days it covers stays below what the prices ask for.",
            _sale_at(lambda n, share: max(share * n - 1, 0)),
            SHOPS,
        ),
        Mistake(
            "larger_of_two_best",
            "Where two sales lose the same you return the larger one. Return the smaller one.",
            _sale_at(lambda n, share: share * n),
            SHOPS,
        ),
        Mistake(
            "middle_of_the_best",
            "Where two sales lose the same you return their middle. It loses no more, but return the smaller sale.",
            _middle_of_the_best,
            SHOPS,
        ),
        Mistake(
            "repeats_dropped",
            "You count each number of pots once. A number that was sold on three days counts three times.",
            lambda sales, cost, profit: _measured(np.unique(sales), cost, profit),
            SHOPS,
        ),
        Mistake(
            "not_sorted",
            "You take the sale at the right place, but of the unsorted days. Sort a copy first.",
            lambda sales, cost, profit: sales[int(np.ceil(len(sales) * profit / (profit + cost))) - 1],
            SHOPS,
        ),
        Mistake(
            "share_of_the_range",
            "You go that share of the way from the smallest sale to the largest. Take that share of the days.",
            _share_of_the_range,
            SHOPS,
        ),
        Mistake(
            "prices_ignored",
            "You return the median, which is best when both prices are equal. Use `cost` and `profit`.",
            lambda sales, cost, profit: np.median(sales),
            SHOPS,
        ),
        Mistake(
            "mean_of_the_sales",
            "You return the mean, which is best for squared errors. Measure this loss for each of the sales.",
            lambda sales, cost, profit: np.mean(sales),
            SHOPS,
        ),
        Mistake(
            "prices_of_the_chapter",
            "You use cost 1 and profit 9, the numbers of the chapter. Use the arguments `cost` and `profit`.",
            lambda sales, cost, profit: _measured(sales, 1, 9),
            SHOPS,
        ),
        Mistake(
            "loss_not_sale",
            "You return the smallest loss. Return the number of pots that has it: np.argmin finds its place.",
            lambda sales, cost, profit: _losses(sales, cost, profit).min(),
            SHOPS,
        ),
        Mistake(
            "place_not_sale",
            "You return the place of the best sale in the array. Return the sale that stands there.",
            lambda sales, cost, profit: np.argmin(_losses(sales, cost, profit)),
            SHOPS,
        ),
        Mistake(
            "share_not_sale",
            "You return the share of the days that the prices ask for. Return the sale that is enough on that share.",
            lambda sales, cost, profit: profit / (profit + cost),
            SHOPS,
        ),
        Mistake(
            "gaps_rounded_up",
            "You take a share of the n - 1 gaps between sales and round up, as np.quantile's method 'higher' does. "
            "Count the n days.",
            _sale_at(lambda n, share: np.ceil(share * (n - 1))),
            SHOPS,
        ),
        Mistake(
            "gaps_rounded_off",
            "You take a share of the n - 1 gaps between sales and round it, as np.quantile's method 'nearest' does. "
            "Count the n days.",
            _sale_at(lambda n, share: np.round(share * (n - 1))),
            SHOPS,
        ),
        Mistake(
            "first_of_two_best",
            "Where two sales lose the same you return the one that stands first in the array. Return the smaller one: "
            "try the sales in rising order.",
            lambda sales, cost, profit: sales[np.argmin(_losses(sales, cost, profit))],
            SHOPS,
        ),
        Mistake(
            "place_in_the_sorted",
            "You return the place of the best sale among the sorted ones. Return the sale that stands there.",
            lambda sales, cost, profit: np.argmin(_losses(np.sort(sales), cost, profit)),
            SHOPS,
        ),
        Mistake(
            "place_in_the_unique",
            "You return the place of the best sale among the different ones. Return the sale that stands there.",
            _place_in_unique,
            SHOPS,
        ),
        Mistake(
            "place_of_another_array",
            "You find the place among the different sales and look it up in `sales`, which has another order. Look it "
            "up in the array whose losses you measured.",
            lambda sales, cost, profit: sales[_place_in_unique(sales, cost, profit)],
            SHOPS,
        ),
        Mistake(
            "prices_of_the_table",
            "You use cost 2 and profit 5, the numbers of the table. Use the arguments `cost` and `profit`.",
            lambda sales, cost, profit: _measured(sales, 2, 5),
            SHOPS,
        ),
    ),
)
