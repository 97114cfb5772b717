"""Static files whose names change with their content."""

from servestatic.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Also where one module imports another: a new file must not be mixed with an old one from a browser's cache."""

    support_js_module_import_aggregation = True
