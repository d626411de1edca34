"""The private certificate authority of one run."""

from pathlib import Path

from machines import host_commands

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """A key that only this run knows, and the certificate that its machines trust."""

    def __init__(self, folder: Path) -> None:
        """Make the authority in a folder."""
        self.folder = folder
        folder.mkdir(parents=True, mode=0o700)
        self.certificate_file = folder / "authority.pem"
        self.key_file = folder / "authority.key"
        host_commands.run(
            *("openssl", "req", "-x509", *CURVE, "-days", "30", "-subj", "/CN=Rampart lab"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-keyout", self.key_file, "-out", self.certificate_file),
        )

    def text(self) -> str:
        """Give the certificate that machines trust."""
        return self.certificate_file.read_text()

    def certificate(self, names: list[str]) -> str:
        """Give chain and key, in one text, for the given names."""
        request, key = self.folder / "request.pem", self.folder / "request.key"
        extensions = self.folder / "extensions"
        alternatives = ",".join(f"DNS:{name}" for name in names)
        extensions.write_text(
            f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n"
        )
        host_commands.run(
            *("openssl", "req", "-new", *CURVE, "-subj", "/CN=Rampart lab host"),
            *("-keyout", key, "-out", request),
        )
        chain = host_commands.run(
            *("openssl", "x509", "-req", "-in", request, "-days", "20", "-CAcreateserial"),
            *("-CA", self.certificate_file, "-CAkey", self.key_file, "-extfile", extensions),
        )
        return chain + self.text() + key.read_text()
