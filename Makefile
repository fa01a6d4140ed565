# make            set up, build the book, make the exercises, grade the sample class
# make help       everything else

PYTHON ?= python3
BIN := .venv/bin
export OPENBLAS_NUM_THREADS ?= 1

NAMES := $(notdir $(patsubst %/,%,$(dir $(wildcard solutions/*/*.md))))
BOOK := _config.yml _toc.yml tests/mutants/mistakes.csv $(wildcard benchmarks/plots/*.svg) $(shell find book solutions -type f -not -path '*/.ipynb_checkpoints/*' -not -name '*.pyc')
LIBRARY := $(wildcard miniconv/*.py miniconv/fast/*.py) book/figures.py book/cover.py
MODULES := tests/browser/node_modules/.installed
GRADER := $(wildcard autograde/*.py autograde/templates/*)
CHECK := $(patsubst %,autograde/%.py,assignment cells check intake structure students_check)
SAMPLE := $(wildcard tests/sample_class/* tests/mutants/*.py tests/grading/classroom.py)

.PHONY: all setup book pdf screenshots exercises class grade serve test mutants bench bench-quick bench-accuracy bench-grading clean help
.DELETE_ON_ERROR:

all: book exercises class  ## set up, build the book, make the exercises, grade the sample class
	@echo
	@echo "The book:  $(CURDIR)/_build/html/index.html  (make serve shows it at http://localhost:8000)"
	@echo "The sample class:  $(CURDIR)/_build/class: feedback/ for each student, and a page about each assignment"
	@echo
	@CLASS_DIR=_build/class $(BIN)/python -m autograde.marks

setup: .venv/.installed  ## make the virtual environment .venv and install everything into it

.venv/.installed: requirements.txt constraints.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11, 3.12 or 3.13 is needed; name one with make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --quiet -r requirements.txt
	touch $@

book: _build/html/index.html  ## build the HTML book, strictly, into _build/html

# The execution cache does not see that the library or results of the benchmarks changed, so it goes when they do.
_build/.library: $(LIBRARY) $(wildcard benchmarks/*.json) .venv/.installed
	rm -rf _build/.jupyter_cache
	mkdir -p _build && touch $@

_build/html/index.html: $(BOOK) _build/.library _build/.solutions
	$(BIN)/jupyter-book build . --all -W --keep-going
	touch $@

_build/.solutions: $(filter-out %__pycache__,$(wildcard solutions/*.py solutions/*/*)) .venv/.installed
	$(BIN)/python solutions/build.py
	mkdir -p _build && touch $@

pdf: book  ## print the book into one file, _build/book.pdf (needs Chromium)
	$(BIN)/python book/pdf.py _build/html _build/book.pdf

screenshots: book $(MODULES)  ## pictures of every page, light and dark, wide and narrow, in _build/screenshots
	node tests/browser/screenshots.mjs _build/html _build/screenshots

$(MODULES): tests/browser/package-lock.json
	cd tests/browser && npm ci --silent && touch node_modules/.installed

exercises: _build/.exercises  ## generate the exercise stubs from solutions/

# The stubs do not depend on anybody's gradebook, so they are made with an empty one.
_build/.exercises: _build/.solutions nbgrader_config.py $(CHECK)
	rm -rf _build/release && mkdir -p _build/release
	for name in $(NAMES); do \
	  echo "exercises/$$name"; \
	  CLASS_DIR=_build/release $(BIN)/nbgrader generate_assignment $$name --force --log-level=ERROR || exit 1; \
	done
	$(BIN)/python -m autograde.students_check exercises exercises/check
	touch $@

class: _build/.class

_build/.class: _build/.exercises $(SAMPLE) $(GRADER)
	$(BIN)/python tests/sample_class/sample_class.py _build/class
	touch $@

grade: setup  ## grade what the class handed in: make grade A=05-im2col
	@test -d "solutions/$(A)" -a -n "$(A)" || { echo 'Which assignment? make grade A=NAME, with NAME one of: $(NAMES)'; exit 2; }
	$(BIN)/nbgrader generate_assignment $(A) --force --CourseDirectory.release_directory=_build/release --log-level=ERROR
	$(BIN)/python -m autograde $(A) --CourseDirectory.release_directory=_build/release

serve: book  ## show the book at http://localhost:8000
	$(BIN)/python -m http.server --bind localhost --directory _build/html 8000

test: book  ## run every test
	@$(MAKE) --silent $(MODULES) || echo "npm could not install the modules of tests/browser, so its tests are skipped"
	BOOK_HTML=_build/html $(BIN)/python -m pytest -n auto --dist loadgroup

mutants: setup  ## table: which right and wrong answers the tests accept (A=NAME for one assignment)
	$(BIN)/python tests/mutants/matrix.py $(A)

bench: setup  ## measure the engine beside PyTorch and scipy, in less than 10 minutes, and draw chapter 9's plots
	$(BIN)/python benchmarks/speed.py

bench-quick: setup  ## a little of that, not saved, in less than a minute
	$(BIN)/python benchmarks/speed.py --quick

bench-accuracy: setup  ## train on MNIST for 15 seconds, 1, 3 and 15 minutes, and save the test accuracies
	$(BIN)/python benchmarks/speed.py --accuracy

bench-grading: setup  ## time the grading of a class of 48, against stock nbgrader (STUDENTS=N for another size)
	$(BIN)/python benchmarks/grading.py $(STUDENTS)

clean:  ## remove what was built, but no class's work or marks
	rm -rf _build .pytest_cache .hypothesis .venv *.egg-info tests/browser/node_modules

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16
