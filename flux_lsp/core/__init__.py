"""The vocabulary every other package speaks: frozen values, standard library only, no I/O."""
