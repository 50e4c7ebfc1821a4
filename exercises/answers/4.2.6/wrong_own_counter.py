# counts_the_questions
def falling_rate(initial, factor, floor):
    calls = 0

    def schedule(step):
        nonlocal calls
        calls += 1
        return max(floor, initial * factor ** (calls - 1))

    return schedule
