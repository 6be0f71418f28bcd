"""The office's own authority and the server's certificate: TLS without a public CA.

HOME/tls/ca.key, ca.crt          made once; only ca.crt leaves the machine
HOME/tls/server.key, server.crt  the server's; the certificate of the CA follows it in the file

ECDSA on P-256 with SHA-256 (RFC 5480): every browser since Chrome 109 and Firefox 115 takes it. A
server's certificate lives 398 days, the most that browsers accept of one.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pishkhan.kernel import clock, durable
from pishkhan.kernel.errors import N_, Invalid, NotFound, Refused
from pishkhan.sealing.contracts import Certificate

SERVER_DAYS, AUTHORITY_DAYS = 398, 3652
EARLY = timedelta(hours=1)
"""So much earlier a certificate begins: clerks' PCs have clocks that are late."""
HOST = re.compile(
    r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)
MOST = 1 << 20
PrivateKey = ec.EllipticCurvePrivateKey
AnyKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
"""What browsers of the day take from a server."""


def make(folder: Path, names: Sequence[str]) -> Certificate:
    """Make a server's certificate for these names and addresses, and the authority the first time.

    Invalid `sealing.certificate-names` for a name that is none; Refused as `_authority` says.
    """
    wanted = [_general(name) for name in dict.fromkeys(names)]
    if not wanted:
        raise _names("")
    authority, signer = _authority(folder)
    now = clock.current().now()
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now + timedelta(days=SERVER_DAYS) - EARLY, authority.not_valid_after_utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName(wanted), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_issued_by(authority), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _keep(folder, made, key, [authority])
    return _told(made, own=True)


def read(folder: Path) -> Certificate:
    """Return the server's certificate; NotFound `sealing.certificate-none`, Invalid if damaged."""
    try:
        data = (folder / "server.crt").read_bytes()
    except FileNotFoundError:
        raise NotFound(
            "sealing.certificate-none", N_("There is no certificate: run `pishkhan tls make`.")
        ) from None
    found = _load(data)
    return _told(found[0], own=_is_own(folder, found[0]))


def take(folder: Path, data: bytes, key_data: bytes, password: str) -> Certificate:
    """Take in a certificate that somebody else made: PFX (PKCS #12), or PEM with its key.

    Raises Invalid: `sealing.certificate-unreadable` (also for a wrong password),
    `sealing.certificate-key` when the key is missing or another's, `sealing.certificate-over`.
    """
    key, chain = _pem(data, key_data, password) if b"-----BEGIN" in data else _pfx(data, password)
    leaf = next((one for one in chain if one.public_key() == key.public_key()), None)
    if leaf is None:
        raise _no_key()
    told = _told(leaf, own=False)
    if told.ends <= clock.current().now():
        raise Invalid("sealing.certificate-over", N_("This certificate has ended already."))
    if not told.names:
        raise _names("")
    _keep(folder, leaf, key, _in_order(leaf, [one for one in chain if one != leaf]))
    return told


def _authority(folder: Path) -> tuple[x509.Certificate, PrivateKey]:
    """Return the office's authority, made the first time.

    Refused `sealing.authority-lost` when only half of it is there: PCs trust the old one.
    """
    kept, secret = folder / "ca.crt", folder / "ca.key"
    if kept.exists() and secret.exists():
        certificate = _load(kept.read_bytes())[0]
        key = serialization.load_pem_private_key(secret.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        if certificate.not_valid_after_utc > clock.current().now() + timedelta(days=30):
            return certificate, key
    elif kept.exists():
        raise Refused(
            "sealing.authority-lost",
            N_("The key of the office's authority is gone; restore it, or move ca.crt away."),
        )
    durable.make_dir(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    now = clock.current().now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Pishkhan {now:%Y-%m-%d}")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    durable.write_file(secret, _private(key))
    # A crash here: a key that signed nothing yet; the next run makes another pair.
    durable.write_file(kept, made.public_bytes(serialization.Encoding.PEM), mode=0o644)
    return made, key


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, key_cert_sign=authority, crl_sign=authority,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _issued_by(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    known = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        plain = name.lower().encode("idna").decode("ascii") if not name.isascii() else name.lower()
    except UnicodeError:
        raise _names(name) from None
    if len(plain) > 253 or not HOST.fullmatch(plain):
        raise _names(name)
    return x509.DNSName(plain)


def _keep(
    folder: Path, leaf: x509.Certificate, key: AnyKey, chain: Sequence[x509.Certificate]
) -> None:
    durable.make_dir(folder)
    pem = serialization.Encoding.PEM
    # The key goes first: a crash between leaves a pair that does not fit, which `serve` names,
    # and the same command again mends it.
    durable.write_file(folder / "server.key", _private(key))
    data = b"".join(one.public_bytes(pem) for one in [leaf, *chain])
    durable.write_file(folder / "server.crt", data, mode=0o644)


def _private(key: AnyKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _load(data: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        raise _unreadable() from None


def _pem(data: bytes, key_data: bytes, password: str) -> tuple[AnyKey, list[x509.Certificate]]:
    chain = _load(data)
    try:
        key = serialization.load_pem_private_key(
            key_data or data, password=password.encode() if password else None
        )
    except (ValueError, TypeError):
        raise _no_key() from None
    if not isinstance(key, AnyKey):
        raise _no_key()
    return key, chain


def _pfx(data: bytes, password: str) -> tuple[AnyKey, list[x509.Certificate]]:
    if len(data) > MOST:
        raise _unreadable()
    try:
        key, leaf, more = pkcs12.load_key_and_certificates(
            data, password.encode() if password else None
        )
    except ValueError:
        raise _unreadable() from None
    if leaf is None or not isinstance(key, AnyKey):
        raise _no_key()
    return key, [leaf, *more]


def _in_order(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """Return the chain from the leaf's issuer upward, without what does not belong to it."""
    chain, at = [], leaf
    for _step in others:
        above = next((o for o in others if o.subject == at.issuer and o not in chain), None)
        if above is None:
            break
        chain.append(above)
        at = above
    return chain


def _told(found: x509.Certificate, *, own: bool) -> Certificate:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        told = [str(one.value) for one in names if isinstance(one, x509.DNSName | x509.IPAddress)]
    except x509.ExtensionNotFound:
        told = []
    return Certificate(
        names=tuple(told),
        begins=found.not_valid_before_utc.astimezone(UTC),
        ends=found.not_valid_after_utc.astimezone(UTC),
        issuer=found.issuer.rfc4514_string(),
        fingerprint=found.fingerprint(hashes.SHA256()).hex(":"),
        own=own,
    )


def _is_own(folder: Path, found: x509.Certificate) -> bool:
    path = folder / "ca.crt"
    return path.exists() and _load(path.read_bytes())[0].subject == found.issuer


def fits(folder: Path) -> bool:
    """Return whether the server's key is the certificate's and is private."""
    try:
        certificate = _load((folder / "server.crt").read_bytes())[0]
        path = folder / "server.key"
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        private = os.name == "nt" or not path.stat().st_mode & 0o077
    except (OSError, ValueError, TypeError, Invalid):
        return False
    return private and key.public_key() == certificate.public_key()


def _names(_name: str) -> Invalid:
    return Invalid(
        "sealing.certificate-names",
        N_("Give host names or addresses, such as letters.example.ir or 10.0.0.5."),
    )


def _unreadable() -> Invalid:
    return Invalid(
        "sealing.certificate-unreadable",
        N_("This cannot be read as a certificate, or the password is wrong."),
    )


def _no_key() -> Invalid:
    return Invalid(
        "sealing.certificate-key", N_("The private key of this certificate is not here.")
    )
