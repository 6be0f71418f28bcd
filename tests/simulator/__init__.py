"""A province in one process: real nodes, and nothing invented but clock, disk room and carrier.

A centre with its agencies, two counters on lines, and a village that has only the stick. A seed
decides everything that happens: who acts, what he does, what strikes where. Each node has its own
database, files, keys, clock and memory; `nodes.acting` makes one of them the node that acts now,
and a death leaves of it what lies on its disk. `model.Promised` keeps beside the nodes what people
were told, and `invariants` compares. At the end all faults stop, post goes round until nothing
moves, and everything must agree.

The agency's desks work at the centre's node: only counters' nodes can be enrolled today. One more
node is one more line in `template.OUTER`, and for an agency's own a `desk` that acts there.

    python -m tests.simulator 1000              # seeds 0 … 999, on all processors
    python -m tests.simulator 1 --from 17       # one seed, with its trace
"""
