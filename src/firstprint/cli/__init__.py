"""The command line: verbs named as the use cases are. It prints, and asks bootstrap for everything else."""
