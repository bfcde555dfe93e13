"""`./run bench [NAME…]`: run the benchmarks named, or those that need nothing beyond the project."""

import importlib
import sys

QUICK = ("commands", "tagging", "demo")
ALL = (
    *QUICK,
    "ingest",
    "hostile",
    "digest",
    "rules",
    "memory",
    "soak",
    "floor",
    "workers",
    "retag",
    "page",
    "beside",
    "crowd",
    "keys",
)


def main(names: list[str]) -> int:
    """Run benchmarks and print their figures."""
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(ALL)}.", file=sys.stderr)
        return 2
    for name in names or QUICK:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
