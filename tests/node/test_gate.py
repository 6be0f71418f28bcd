"""The gate: stalled bodies use up their own threads and no desk."""

import io
import json
import threading

from pishkhan.node.gate import Gate


class Stalled:
    """A body that does not come until it is let go."""

    def __init__(self):
        self.go = threading.Event()
        self.reading = threading.Event()

    def read(self, size=-1):
        self.reading.set()
        assert self.go.wait(30)
        return b""


class Answer(list[bytes]):
    streaming = False
    closed = False

    def close(self):
        self.closed = True


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [])
    return Answer([b"got ", body])


def call(gate, path="/counter/", method="GET", body=None, length=None):
    said = []
    environ = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(length if length is not None else len(body or b"")),
        "wsgi.input": body if isinstance(body, Stalled) else io.BytesIO(body or b""),
    }
    answer = gate(environ, lambda status, headers: said.append((status, dict(headers))))
    return said[0][0], b"".join(answer), said[0][1]


def in_thread(*args, **kwargs):
    thread = threading.Thread(target=call, args=args, kwargs=kwargs)
    thread.start()
    return thread


def stall(gate, count, path, length):
    bodies = [Stalled() for _ in range(count)]
    threads = [
        in_thread(gate, path=path, method="PATCH", body=body, length=length) for body in bodies
    ]
    for body in bodies:
        assert body.reading.wait(30)
    return bodies, threads


def let_go(bodies, threads):
    for body in bodies:
        body.go.set()
    for thread in threads:
        thread.join(30)


def test_stalled_uploads_leave_the_desks_free():
    gate = Gate(application, desks=1, files=8, forms=2)
    stalled = stall(gate, 8, "/files/1", 1000)
    assert call(gate)[0] == "200 OK"
    assert call(gate, method="POST", body=b"a=1")[1] == b"got a=1"
    status, body, headers = call(gate, path="/files/2", method="PATCH", body=b"x" * 10)
    assert status.startswith("503")
    assert json.loads(body)["code"] == "node.busy"
    assert headers["Retry-After"] == "5"
    let_go(*stalled)
    assert call(gate, path="/files/2", method="PATCH", body=b"x" * 10)[0] == "200 OK"


def test_a_stalled_form_does_not_hold_a_desk():
    gate = Gate(application, desks=1, files=1, forms=3)
    stalled = stall(gate, 3, "/counter/accept", 100)
    assert call(gate)[0] == "200 OK"
    assert call(gate, method="POST", body=b"a=1")[0].startswith("503")
    let_go(*stalled)
    assert call(gate, method="POST", body=b"a=1")[0] == "200 OK"


def test_a_long_body_anywhere_is_treated_as_a_file():
    gate = Gate(application, desks=1, files=1, forms=1)
    stalled = stall(gate, 1, "/api/v1/letters", 2 * 1024 * 1024)
    assert call(gate)[0] == "200 OK"
    let_go(*stalled)


def test_no_more_desks_work_at_once_than_there_are():
    most, now, mutex, go = [0], [0], threading.Lock(), threading.Event()

    def slow(environ, start_response):
        with mutex:
            now[0] += 1
            most[0] = max(most[0], now[0])
        go.wait(0.05)
        with mutex:
            now[0] -= 1
        return application(environ, start_response)

    gate = Gate(slow, desks=2, files=1, forms=1)
    threads = [in_thread(gate) for _ in range(12)]
    for thread in threads:
        thread.join(30)
    assert most == [2]


def test_a_finished_answer_is_closed_before_it_is_sent():
    closed = []

    def closing(environ, start_response):
        answer = application(environ, start_response)
        closed.append(answer)
        return answer

    call(Gate(closing, desks=1, files=1, forms=1))
    assert closed[0].closed


def test_a_faulty_view_gives_its_place_back():
    def faulty(environ, start_response):
        raise RuntimeError

    gate = Gate(faulty, desks=1, files=1, forms=1)
    for _ in range(3):
        for path, length in (("/counter/", 0), ("/files/1", 5)):
            try:
                call(gate, path=path, method="PATCH", body=b"x" * length)
            except RuntimeError:
                continue
    assert gate.files.busy == 0
    assert gate.desks.acquire(blocking=False)


def test_a_health_probe_passes_a_full_gate():
    gate = Gate(application, desks=1, files=1, forms=1)
    assert gate.desks.acquire(blocking=False)
    assert call(gate, path="/healthz")[0] == "200 OK"
