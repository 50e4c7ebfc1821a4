# listing_unchanged
def prepared(x, test_examples):
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    return x[:-test_examples], x[-test_examples:]
