# Two commands do everything: `make book` and `make test`. Each makes the environment .venv first, once.
.DEFAULT_GOAL := help
.PHONY: help book book-sphinx pdf zip test fuzz check offline notebooks changes refresh bench lock licenses serve clean
.NOTPARALLEL:

BIN := .venv/bin
READY := .venv/ready
SPHINX_READY := .venv-sphinx/ready
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
  --generate-hashes --no-emit-index-url --quiet $(FLAGS)
NOTEBOOKS := $(wildcard book/*.ipynb exercises/*.ipynb exercises/solutions/*.ipynb)

help:  ## list these commands
	@sed -nE 's|^([a-z-]+):.*## (.*)|  make \1\t\2|p' Makefile | expand -t 20

book: $(READY)  ## build the book and say which file to open
	$(BIN)/jupyter-book build . -W -n --keep-going --all
	@echo "The book is ready. Open $(CURDIR)/_build/html/index.html"

book-sphinx: $(SPHINX_READY)  ## build the same book with plain Sphinx, without Jupyter Book
	.venv-sphinx/bin/sphinx-build -c book/_sphinx -W -n --keep-going --fresh-env . _build/sphinx
	@echo "The book is ready. Open $(CURDIR)/_build/sphinx/index.html"

pdf: book  ## print the book as one PDF file, by Chromium
	$(BIN)/python -m book.pdf _build/html _build/book.pdf

zip: book  ## pack the site for reading offline
	$(BIN)/python -m book.archive _build/html _build/neural-network-optimization.zip

test: $(READY)  ## run all tests and re-run every notebook, on two cores (FLAGS=--random-order shuffles them)
	$(BIN)/python -m pytest --nbval --numprocesses 2 --dist loadfile --no-loadscope-reorder $(FLAGS)

fuzz: $(READY)  ## call everything public with hostile values, 2000 times each, drawn anew (hours)
	$(BIN)/python -m pytest tests/test_fuzz*.py --hypothesis-profile thorough --hypothesis-show-statistics \
	  --numprocesses 2 --dist load $(FLAGS)

check: $(READY)  ## check style, types, dependencies and licenses
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .
	$(BIN)/deptry nnopt_course --optional-dependencies-dev-groups book,site,pdf,test,dev
	$(BIN)/pip check
	$(BIN)/python .ci/licenses.py | diff LICENSES.md -

offline: $(READY)  ## make the book and test again, with the network refused (Linux, after `make book`)
	sh .ci/offline $(MAKE) book test

notebooks: $(READY)  ## write the exercises anew and re-execute every notebook in place
	$(BIN)/python -m exercises.generate
	$(BIN)/python -m book.execute $(NOTEBOOKS)

changes: $(READY)  ## show which packages, printed numbers and figures differ from the last commit
	@$(BIN)/python -m book.changes

refresh: FLAGS = --upgrade
refresh:  ## take newer versions of everything, re-execute every notebook and show what changed
	$(MAKE) lock FLAGS="$(FLAGS)"
	$(MAKE) --keep-going licenses notebooks changes

bench: $(READY)  ## time the training loop against other means, write the book's tables
	$(BIN)/python -m benchmarks

lock: $(READY)  ## write both locks from pyproject.toml (FLAGS=--upgrade takes newer versions)
	$(LOCK) --all-extras --output-file requirements.txt
	$(LOCK) --extra site --extra dev --group sphinx --output-file book/_sphinx/requirements.txt

licenses: $(READY)  ## write LICENSES.md, the licenses of all that the locks name
	$(BIN)/python .ci/licenses.py > LICENSES.md.part && mv LICENSES.md.part LICENSES.md

serve: book  ## build the book and serve it on this machine
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html

clean:  ## remove the built book and the environments
	rm -rf _build .venv .venv-sphinx

$(READY): requirements.txt
$(SPHINX_READY): book/_sphinx/requirements.txt
$(READY) $(SPHINX_READY):
	@sh .ci/set-up $(@D) $< $(PYTHON)
	@touch $@
