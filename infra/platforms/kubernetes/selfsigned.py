"""A stack's own certificate authority and the certificate it signs, for development: pure functions on PEM texts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
# The longest that browsers accept.
CERTIFICATE_DAYS = 397
RENEW_DAYS = 30
# For clients whose clocks are behind.
_EARLIER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A certificate and its private key, both PEM."""

    certificate: str
    key: str

    @property
    def expires(self) -> datetime:
        """When the certificate expires, in UTC."""
        return self.parsed().not_valid_after_utc

    def parsed(self) -> x509.Certificate:
        """Return the certificate; raises ValueError for an invalid one."""
        return x509.load_pem_x509_certificate(self.certificate.encode())

    def signer(self) -> ec.EllipticCurvePrivateKey:
        """Return the private key; raises ValueError for an invalid one, TypeError for another kind of key."""
        key = serialization.load_pem_private_key(self.key.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the key must be an elliptic-curve key")
        return key


def is_due(pair: Pair, now: datetime) -> bool:
    """Return whether the certificate expires within RENEW_DAYS."""
    return pair.expires - now < timedelta(days=RENEW_DAYS)


def outlives(authority: Pair, now: datetime) -> bool:
    """Return whether the authority outlives a certificate that it would sign now."""
    return authority.expires > now + timedelta(days=CERTIFICATE_DAYS)


def make_authority(name: str, now: datetime) -> Pair:
    """Create an authority that may sign server certificates but no further authorities."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    subject = _subject(name)
    builder = (
        _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _pair(builder.sign(key, hashes.SHA256()), key)


def make_certificate(domain: str, authority: Pair, now: datetime) -> Pair:
    """Create a certificate for every host one label below ``domain``, signed by the authority."""
    key, issuer, signer = ec.generate_private_key(ec.SECP256R1()), authority.parsed(), authority.signer()
    builder = (
        # The name of a host may be longer than the 64 characters of a common name, and nobody reads that any more.
        _builder(_subject("planewatch"), issuer.subject, key.public_key(), now, CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"*.{domain}")]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return _pair(builder.sign(signer, hashes.SHA256()), key)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
    )


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    return Pair(
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        key=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    )
