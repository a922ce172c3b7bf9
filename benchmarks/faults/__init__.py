"""What breaks, and what is left afterwards: `python -m benchmarks.faults --help`."""
