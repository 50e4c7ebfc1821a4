# Two commands do everything: `make book` and `make test`. Each makes the environment .venv first, once.
.DEFAULT_GOAL := help
.PHONY: help book pdf zip test check notebooks bench lock serve clean

BIN := .venv/bin
READY := .venv/ready
NOTEBOOKS := $(wildcard book/*.ipynb exercises/*.ipynb exercises/solutions/*.ipynb)

help:  ## list these commands
	@sed -nE 's|^([a-z]+):.*## (.*)|  make \1\t\2|p' Makefile | expand -t 20

book: $(READY)  ## build the book and say which file to open
	$(BIN)/jupyter-book build . -W -n --keep-going --all
	@echo "The book is ready. Open $(CURDIR)/_build/html/index.html"

pdf: book  ## print the book as one PDF file, by Chromium
	$(BIN)/python -m book.pdf _build/html _build/book.pdf

zip: book  ## pack the site for reading offline
	$(BIN)/python -m book.archive _build/html _build/neural-network-optimization.zip

test: $(READY)  ## run all tests and re-run every notebook, on two cores
	$(BIN)/python -m pytest --nbval --numprocesses 2 --dist loadfile

check: $(READY)  ## check the style of the code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

notebooks: $(READY)  ## write the exercises anew and re-execute every notebook in place
	$(BIN)/python -m exercises.generate
	$(BIN)/python -m book.execute $(NOTEBOOKS)

bench: $(READY)  ## time the training loop against other means
	$(BIN)/python -m benchmarks.training

lock: $(READY)  ## write requirements.txt from pyproject.toml (FLAGS=--upgrade takes newer versions)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --fork-strategy fewest \
	  --generate-hashes --no-emit-index-url $(FLAGS) --quiet --output-file requirements.txt

serve: book  ## build the book and serve it on this machine
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html

clean:  ## remove the built book and the environment
	rm -rf _build .venv

$(READY): requirements.txt
	@sh .ci/set-up $(PYTHON)
	@touch $@
