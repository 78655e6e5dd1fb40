"""An archive of one edition: a folder that opens from a file system and verifies with the network cut.

    index.html  en/ id/ ko/     the pages with the figures, by relative links
    static/                     stylesheets and fonts
    data/  datapackage.json     the figures as tables, a Frictionless data package
    method/                     the instrument
    record/                     checkpoint, log, receipts, objects: laid out as on the site
    verify.py  manifest.sha256  README.txt

It only reads: the database, the object store and the log's files. The same state gives the same bytes.
"""

from teladan.portal.archive.problems import CannotArchive
from teladan.portal.archive.writer import Archive, name_of, write

__all__ = ["Archive", "CannotArchive", "name_of", "write"]
