# growth_near_one
def find_edge(growth, low, high, tolerance):
    while True:
        middle = (low + high) / 2
        g = growth(middle)
        if abs(g - 1) < tolerance:
            return middle
        if g < 1:
            low = middle
        else:
            high = middle
