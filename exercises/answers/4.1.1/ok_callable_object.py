"""An object with __call__ instead of a function, and Keras for the arithmetic."""

import keras


class MeanSquaredError:
    def __call__(self, y_true, y_pred):
        shapes = [tuple(y_true.shape), tuple(y_pred.shape)]
        if len(set(shapes)) > 1:
            raise ValueError(f"shapes {shapes} differ")
        return keras.ops.mean((y_true - y_pred) ** 2)


mean_squared_error = MeanSquaredError()
