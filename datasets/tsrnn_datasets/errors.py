"""The one error of the package: something about a data set the user can mend."""


class DatasetError(ValueError):
    """Raised for an unknown name, a missing file, a wrong checksum, or an option that does not apply."""

    code = "E190"
