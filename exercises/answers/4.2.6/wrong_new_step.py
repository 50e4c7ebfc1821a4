# once_per_new_step
def falling_rate(initial, factor, floor):
    state = {"step": 0, "rate": initial}

    def schedule(step):
        if step != state["step"]:
            state.update(step=step, rate=max(floor, state["rate"] * factor))
        return state["rate"]

    return schedule
