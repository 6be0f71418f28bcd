"""A real OpenLDAP server of Debian, on this machine, with two people in it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SLAPD = "/usr/sbin/slapd"
SERVICE, SECRET = "cn=service,dc=example,dc=ir", "the service's own"
CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home}/slapd.pid
TLSCertificateFile {home}/server.crt
TLSCertificateKeyFile {home}/server.key
database mdb
suffix "dc=example,dc=ir"
rootdn "{service}"
rootpw "{secret}"
directory {home}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{service}" read by * none
"""
PEOPLE = """dn: dc=example,dc=ir
objectClass: dcObject
objectClass: organization
o: example
dc: example

dn: ou=people,dc=example,dc=ir
objectClass: organizationalUnit
ou: people

dn: uid=m.nemooneh,ou=people,dc=example,dc=ir
objectClass: inetOrgPerson
uid: m.nemooneh
cn: M
sn: N
userPassword: snow on the mountain

dn: uid=other,ou=people,dc=example,dc=ir
objectClass: inetOrgPerson
uid: other
cn: O
sn: N
userPassword: river in the valley
"""


@dataclass(frozen=True)
class Slapd:
    home: Path
    port: int
    safe_port: int


@contextmanager
def slapd(home: Path) -> Iterator[Slapd]:
    """Serve the two people until the block ends."""
    (home / "data").mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", home / "server.key", "-out", home / "server.crt", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    config = home / "slapd.conf"
    config.write_text(CONFIG.format(home=home, service=SERVICE, secret=SECRET))
    (home / "people.ldif").write_text(PEOPLE)
    subprocess.run(
        ["/usr/sbin/slapadd", "-f", config, "-l", home / "people.ldif"],
        check=True, capture_output=True,
    )  # fmt: skip
    port, safe = free(), free()
    addresses = f"ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{safe}/"
    server = subprocess.Popen(
        [SLAPD, "-f", config, "-h", addresses, "-d", "0"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not (open_at(port) and open_at(safe)):
            assert server.poll() is None, "slapd ended at its start"
            time.sleep(0.05)
        yield Slapd(home, port, safe)
    finally:
        server.terminate()
        server.wait(20)


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def open_at(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
