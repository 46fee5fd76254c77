"""Signed PDF papers (PAdES): signed with the firm's own certificate, and checked.

The work is pyhanko's, an optional extra: it is larger than the rest of the program.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from scm_cli.errors import Exit, ScmError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a file: whose, when (by the signer's clock), and whether all of it holds.

    `untouched`: nothing was changed after it. `valid`: the signature fits the certificate.
    `trusted`: the certificate was named, or comes from an issuer that was.
    """

    signer: str
    issuer: str
    signed_at: datetime | None
    untouched: bool
    valid: bool
    trusted: bool


@contextmanager
def _extra() -> Iterator[None]:
    """A clear sentence where the extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ScmError(
            "signing needs an extra that is not installed",
            hint="Install it with `pip install 'scm-cli[sign]'`.",
            exit_code=Exit.USAGE,
        ) from error


def signed(content: bytes, certificate: Path, password: str | None, reason: str) -> bytes:
    """The PDF with a signature that covers all of it.

    Raises:
        ScmError: the extra is missing, or certificate and password do not fit.
    """
    with _extra():
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers
        from pyhanko.sign.fields import SigSeedSubFilter

    with _quiet():
        signer = signers.SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
            pfx_file=str(certificate), passphrase=(password or "").encode() or None
        )
    if signer is None:
        raise ScmError(
            "the certificate {path} cannot be opened",
            hint="Name a .p12 or .pfx file, and its password in SCM_SIGN_PASSWORD or --password-file.",
            exit_code=Exit.USAGE,
            path=str(certificate),
        )
    writer = IncrementalPdfFileWriter(BytesIO(content))
    told = signers.PdfSignatureMetadata(
        field_name=_free_field(content), subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256",
        reason=reason,
    )  # fmt: skip
    target: Any = signers.sign_pdf(writer, told, signer=signer)
    made: bytes = target.getvalue()
    return made


def _free_field(content: bytes) -> str:
    from pyhanko.pdf_utils.reader import PdfFileReader

    return f"Signature{len(PdfFileReader(BytesIO(content)).embedded_signatures) + 1}"


def checked(content: bytes, issuers: tuple[Path, ...] = ()) -> list[Signature]:
    """The signatures of a PDF, the first one first; empty when it has none.

    `issuers` are certificate files (.pem, .crt) that are trusted; nothing else is.

    Raises:
        ScmError: the extra is missing, or the file is no PDF.
    """
    with _extra():
        from pyhanko.keys import load_certs_from_pemder
        from pyhanko.pdf_utils.misc import PdfReadError
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        embedded = list(reader.embedded_regular_signatures)
    except (PdfReadError, ValueError) as error:
        raise ScmError("the file is no PDF that can be read: {why}", why=str(error)) from error
    roots: list[Any] = []
    if issuers:
        named = [str(path) for path in issuers]
        roots = list(load_certs_from_pemder(named))  # type: ignore[no-untyped-call]
    found = []
    for number, one in enumerate(embedded, 1):
        with _quiet():
            context = ValidationContext(trust_roots=roots, allow_fetching=False)
            status = validate_pdf_signature(one, signer_validation_context=context)
        certificate = status.signing_cert
        found.append(
            Signature(
                signer=_name(certificate.subject),
                issuer=_name(certificate.issuer),
                signed_at=status.signer_reported_dt,
                untouched=bool(
                    status.intact
                    and status.docmdp_ok is not False
                    and _whole(status, last=number == len(embedded))
                ),
                valid=bool(status.valid),
                trusted=bool(status.trusted),
            )
        )
    return found


def _whole(status: Any, *, last: bool) -> bool:  # noqa: ANN401 -- of pyhanko
    """Whether nothing was added after a signature but further signatures."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if last:
        return bool(status.coverage == SignatureCoverageLevel.ENTIRE_FILE)
    allowed = (
        ModificationLevel.NONE,
        ModificationLevel.LTA_UPDATES,
        ModificationLevel.FORM_FILLING,
    )
    return status.modification_level in allowed


def _name(subject: Any) -> str:  # noqa: ANN401 -- of asn1crypto
    """The common name of a certificate, else its organisation, else all of its name."""
    parts: dict[str, Any] = subject.native
    return str(parts.get("common_name") or parts.get("organization_name") or subject.human_friendly)


@contextmanager
def _quiet() -> Iterator[None]:
    """Pyhanko logs its reasons with tracebacks; ours are in the answer."""
    import logging

    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
