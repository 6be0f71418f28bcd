"""The numbers as a table of Markdown."""

from __future__ import annotations

from typing import Any

COLUMNS = (
    "engine", "cases", "operation", "c", "/s", "p50 ms", "p99 ms", "CPU ms", "floor /s",
    "of floor", "plain /s",
)  # fmt: skip


def table(data: dict[str, Any]) -> list[str]:
    """Return the lines of the report."""
    machine = data["machine"]
    named = (machine["processor"], f"{machine['cores']} cores", f"{machine['memory_gb']} GB")
    lines = [
        f"{', '.join(named)}, Linux {machine['kernel']}",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
    ]
    for result in data["results"]:
        for name, runs in result["runs"].items():
            lines += [_line(result, name, run) for run in runs]
        if "stalled" in result:
            lines.append(_line(result, "inbox, 40 stalled uploads", result["stalled"]))
    lines.append("")
    lines += [_rest(result) for result in data["results"]]
    return [*lines, *_growth(data["results"]), *_log(data.get("journal"))]


def _log(found: dict[str, Any] | None) -> list[str]:
    """Return the table of the log by itself."""
    if found is None:
        return []
    tree = found["tree"]
    rows = [
        (f"tree of {tree['leaves']:,} leaves: growing", f"{tree['grow_a_second']:,.0f} leaves/s"),
        ("proof, warm and cold", f"{tree['proof_warm_ms']:.3f} and {tree['proof_cold_ms']:.3f} ms"),
        ("path checked", f"{tree['path_check_ms']:.3f} ms"),
        ("verdict with two cosignatures", f"{tree['verdict_ms']:.2f} ms"),
    ]
    for each in found["engines"]:
        name, awaited, writers = each["engine"], each["awaited"], each["writers"]
        rows += [
            (f"{name}: one row committed, nothing else", _paced(each["floor"])),
            (f"{name}: acts by {writers}, sequenced meanwhile", _paced(each["written"])),
            (f"{name}: the longest step meanwhile", f"{each['sequenced']['worst_ms']:.0f} ms"),
            (f"{name}: a backlog drained", f"{each['backlog']['a_second']:,.0f}/s"),
            (f"{name}: publication awaited, {awaited['pace']:.0f}/s asked", _paced(awaited)),
            (f"{name}: the log's share of an intake's processor time", _cost(each["cost"])),
        ]
    return ["", "| the log | |", "|---|---|", *(f"| {what} | {seen} |" for what, seen in rows)]


def _cost(told: dict[str, float]) -> str:
    return f"{told['share']:.1%} ({told['with_ms']:.2f} and {told['without_ms']:.2f} ms)"


def _paced(told: dict[str, Any]) -> str:
    return (
        f"{told['a_second']:,.0f}/s, p50 {told['p50_ms']:.1f}, p99 {told['p99_ms']:.1f}, "
        f"worst {told['worst_ms']:.0f} ms"
    )


def _line(result: dict[str, Any], name: str, run: dict[str, Any]) -> str:
    floor = run.get("floor")
    cells = [
        result["engine"], f"{result['cases']:,}", name, str(run["concurrency"]),
        f"{run['per_second']:.0f}", f"{run['p50_ms']:.1f}", f"{run['p99_ms']:.1f}",
        f"{run['cpu_ms']:.2f}",
        f"{floor['per_second']:.0f}" if floor else "",
        f"{run['of_floor']:.2f}" if floor else "",
        f"{run['plain']:.0f}" if floor else "",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _rest(result: dict[str, Any]) -> str:
    stalled = result.get("stalled")
    return (
        f"{result['engine']}, {result['cases']:,} cases: "
        f"cold start {result['cold_start_s']:.1f} s, "
        f"idle {result['idle_pss_mb']:.0f} MB and busy {result['busy_pss_mb']:.0f} MB PSS "
        f"(web and worker), loaded {result['loaded_a_second']:.0f} letters/s, "
        f"home {result['home_mb']:.0f} MB, "
        f"log {result['log']['leaves']:,.0f} leaves at {result['log']['a_second']:,.0f}/s"
        + (f", stalled p99 {stalled['of_quiet']:.2f} × quiet" if stalled else "")
    )


def _growth(results: list[dict[str, Any]]) -> list[str]:
    """Return how the p99 of lists and tracking grows with the number of letters."""
    lines = []
    for name in ("inbox", "track"):
        by_engine: dict[str, list[dict[str, Any]]] = {}
        for result in results:
            if name in result["runs"]:
                by_engine.setdefault(result["engine"], []).append(result)
        for engine, sized in by_engine.items():
            small, large = min(sized, key=_cases), max(sized, key=_cases)
            for one, other in zip(small["runs"][name], large["runs"][name], strict=True):
                if small is not large:
                    ratio = other["p99_ms"] / max(one["p99_ms"], 1e-9)
                    lines.append(
                        f"{engine} {name} c={one['concurrency']}: p99 with {large['cases']:,} is "
                        f"{ratio:.2f} × that with {small['cases']:,}"
                    )
    return lines


def _cases(result: dict[str, Any]) -> int:
    return int(result["cases"])
