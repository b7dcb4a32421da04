"""`python -m tsrnn_cli` is the command `tsrnn`."""

from tsrnn_cli.main import main

if __name__ == "__main__":
    main()
