# listing_unchanged
class FallingRate:
    def __init__(self, initial, factor, floor):
        self.rate, self.factor, self.floor = initial, factor, floor

    def __call__(self, step):
        self.rate = max(self.floor, self.rate * self.factor)
        return self.rate


def falling_rate(initial, factor, floor):
    return FallingRate(initial, factor, floor)
