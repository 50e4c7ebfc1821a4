# one_mean_for_all_columns
def prepared(x, test_examples):
    train, test = x[:-test_examples], x[-test_examples:]
    mean, spread = train.mean(), train.std()
    return (train - mean) / spread, (test - mean) / spread
