"""Counts days in plain Python and whole numbers, without a division."""


def best_constant(sales, cost, profit):
    days = sorted(sales.tolist())
    for pots in days:
        enough = sum(1 for sold in days if sold <= pots)
        if enough * (cost + profit) >= profit * len(days):
            return pots
