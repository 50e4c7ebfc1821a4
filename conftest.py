"""What pytest needs to know about the whole repository."""

import nnopt_course  # noqa: F401  sets TensorFlow's variables for this process and for the kernels it starts

# Scripts and listings, not modules of the package: tests import them on purpose, doctest collection must not.
collect_ignore = ["book/_ext", *(f"book/{name}.py" for name in ("archive", "changes", "chromium", "execute", "pdf"))]
collect_ignore += ["exercises/answers", "exercises/generate.py", "exercises/masters"]
