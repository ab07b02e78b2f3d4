"""YAML that people wrote, read in C, once, and within bounds: keys that stand twice, aliases that expand, depth, size.

Never: a setting's name or meaning, or anything of a workflow beyond its being a table.
"""

from release.safe_yaml.reading import LOADER, Document, Unreadable, load_yaml, read_file, read_table, read_yaml

__all__ = ["LOADER", "Document", "Unreadable", "load_yaml", "read_file", "read_table", "read_yaml"]
