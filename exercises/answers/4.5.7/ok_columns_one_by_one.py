"""Plain Python, column by column, returning lists."""

from statistics import fmean, pstdev


def prepared(x, test_examples):
    last = len(x) - test_examples
    columns = []
    for column in x.T.tolist():
        mean, spread = fmean(column[:last]), pstdev(column[:last]) or 1.0
        columns.append([(value - mean) / spread for value in column])
    rows = [list(row) for row in zip(*columns, strict=True)]
    return [rows[:last], rows[last:]]
