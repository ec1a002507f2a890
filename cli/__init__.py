"""The command line: `cli.main` reads the arguments, the other modules carry out one group of commands each."""
