# constant_column_blown_up
def prepared(x, test_examples):
    train, test = x[:-test_examples], x[-test_examples:]
    mean, spread = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / (spread + 1e-8), (test - mean) / (spread + 1e-8)
