"""The modular template of chapter 4.5: a training program in small modules, to run, to read and to copy.

``generateds`` makes the data, ``forward`` is the network, ``backward`` trains it as ``settings`` say. Copy them into a
project of your own and change what is yours: the data and the network. ``python -m nnopt_course.template.backward``
runs them; ``command_line`` and ``picture`` serve that command only.
"""
