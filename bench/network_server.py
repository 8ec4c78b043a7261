"""Simulated networks in a process of their own: prints the port, answers until its input ends."""

import sys

from smm_agency.simulator.server import Simulator


def main() -> None:
    with Simulator({"limits": sys.argv[1] == "limits"}) as networks:
        print(networks.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
