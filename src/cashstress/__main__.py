"""``python -m cashstress`` is the command line."""

from cashstress.cli import main

main(prog_name="cashstress")
