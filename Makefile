# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

# make rehearse    try the sample site (or INVENTORY=my_site) against simulated APIs on this machine
# make lab-stop    stop the lab that a rehearsal leaves running
# make test        every test and check; STEPS="unit ruff" for some
# make lint        the checks only
# make bench       benchmarks, with their figures in build/benchmarks/
# make docs        the documentation, in build/docs/
# make generate    write again what is derived from the declarations
# make clean       remove what these commands made

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
INVENTORY ?= inventories/simplex
STEPS ?=
# more arguments for ansible-playbook, such as -e lab_time_factor=100
ARGS ?=

# What Python compiles is kept here whatever the environment says: no file beside the sources, and nothing compiled by every task anew.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX = $(CURDIR)/build/pycache

.DEFAULT_GOAL := help
.PHONY: help rehearse lab-stop test lint bench docs generate clean run-setup test-setup

run = $(CURDIR)/.venv/bin
link = $(CURDIR)/build/link
playbook = env PATH="$(run):$$PATH" ANSIBLE_COLLECTIONS_PATH="$(link)" ANSIBLE_LOCALHOST_WARNING=false \
	EDGE_INFRA_ACTIVATE="source build/activate" \
	ANSIBLE_HOME="$(CURDIR)/build/ansible" ANSIBLE_REMOTE_TMP="$(CURDIR)/build/ansible/tmp" \
	ANSIBLE_PYTHON_INTERPRETER="$(run)/python" $(run)/ansible-playbook

# Recipes end with exec, so that Ctrl-C or a signal reaches the program itself and nothing stays behind.

help:
	@sed -n 's/^# make /make /p' Makefile

rehearse: run-setup
	@exec $(playbook) edge.infra.rehearse -i $(INVENTORY) $(ARGS)

lab-stop: run-setup
	@exec $(playbook) edge.infra.lab -i localhost, -e lab_state=stopped $(ARGS)

test: test-setup
	@EDGE_TEST_ALL="$(ALL)" exec $(run)/python tests/tools/checks.py $(STEPS)

lint: test-setup
	@exec $(run)/python tests/tools/checks.py lint

docs: test-setup
	@exec $(run)/python tests/tools/docs.py

bench: run-setup
	@PYTHONPATH="$(link)" exec $(run)/python tests/benchmarks/run.py $(ARGS)

generate: run-setup
	@PYTHONPATH="$(link)" exec $(run)/python tests/generate/generate.py

clean:
	@rm -rf build .venv .mypy_cache .pytest_cache .ruff_cache .ansible
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

run-setup test-setup: %-setup:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or later is needed and was not found. On Debian: apt-get install python3 python3-venv" >&2; exit 1; }
	@"$(PYTHON)" tests/tools/setup.py $*
	@$(run)/python tests/tools/worktree.py link >/dev/null
	@printf 'export PATH="%s:$$PATH" ANSIBLE_COLLECTIONS_PATH="%s" ANSIBLE_STDOUT_CALLBACK=edge.infra.stages\n' \
		"$(run)" "$(link)" > build/activate
